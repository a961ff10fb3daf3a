import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { JobList } from "./components/job-list.tsx";
import { JobPage } from "./components/job-page.tsx";
import { Link } from "./components/link.tsx";
import { ProblemNote } from "./components/problem-note.tsx";
import { SignIn } from "./components/sign-in.tsx";
import { SubmitForm } from "./components/submit-form.tsx";
import { WebhooksPage } from "./components/webhooks/webhooks-page.tsx";
import { type Route, useRoute } from "./lib/route.ts";
import { setToken, useToken } from "./lib/session.ts";
import { clientFor, SessionContext, useMe } from "./lib/use-api.ts";

export function App() {
  const token = useToken();
  return token === null ? <SignIn /> : <SignedIn key={token} token={token} />;
}

/** Nothing is offered before the server has said what this token may do. */
function SignedIn({ token }: { token: string }) {
  const api = useMemo(() => clientFor(token), [token]);
  const me = useQuery({
    queryKey: ["me", token],
    queryFn: () => api.me(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const session = useMemo(() => me.data && { token, api, me: me.data }, [token, api, me.data]);
  const route = useRoute();
  if (session === undefined)
    return (
      <>
        <Header />
        <Main>{me.error ? <ProblemNote error={me.error} /> : <p className="text-muted">Loading…</p>}</Main>
      </>
    );
  return (
    <SessionContext value={session}>
      <a
        href="#main"
        className="sr-only rounded bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:absolute focus:m-2"
      >
        Skip to content
      </a>
      <Header>
        <Who />
      </Header>
      <Main>
        <Page route={route} />
      </Main>
    </SessionContext>
  );
}

function Main({ children }: { children: ReactNode }) {
  return (
    <main
      id="main"
      tabIndex={-1}
      className="mx-auto w-full max-w-6xl px-4 py-6 outline-none focus-visible:outline-none sm:px-6 sm:py-8"
    >
      {children}
    </main>
  );
}

function Page({ route }: { route: Route }) {
  if (route.page === "job")
    return <JobPage key={route.id} id={route.id} tab={route.tab} artifact={route.artifact} />;
  if (route.page === "webhooks") return <WebhooksPage />;
  return route.page === "new" ? <SubmitForm /> : <JobList />;
}

function Header({ children }: { children?: ReactNode }) {
  const queries = useQueryClient();
  const signOut = () => {
    queries.clear();
    setToken(null);
  };
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 sm:px-6">
        <Link to="/" className="flex items-center gap-2.5 font-semibold tracking-tight">
          <img src="/favicon.svg" alt="" className="size-7" />
          Greenlight
        </Link>
        <nav aria-label="Main" className="ml-auto flex flex-wrap items-center gap-2">
          {children}
          <button type="button" className="button" onClick={signOut}>
            Sign out
          </button>
        </nav>
      </div>
    </header>
  );
}

function Who() {
  const me = useMe();
  const maySubmit = me.may.submit.allowed;
  return (
    <>
      <span
        className="hidden max-w-48 truncate text-xs text-muted sm:inline"
        title={`${me.name}, ${me.role}`}
      >
        <span className="sr-only">Signed in as </span>
        <span className="font-medium text-ink">{me.name}</span>
        {me.name !== me.role && ` · ${me.role}`}
      </span>
      {/* The form itself says why where a role may not submit. */}
      <Link to="/new" className={`button ${maySubmit ? "button-primary" : ""}`}>
        New job
      </Link>
    </>
  );
}
