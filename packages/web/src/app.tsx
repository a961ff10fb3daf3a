import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { JobList } from "./components/job-list.tsx";
import { JobPage } from "./components/job-page.tsx";
import { Link } from "./components/link.tsx";
import { SignIn } from "./components/sign-in.tsx";
import { SubmitForm } from "./components/submit-form.tsx";
import { type Route, useRoute } from "./lib/route.ts";
import { setToken, useToken } from "./lib/session.ts";
import { clientFor, SessionContext } from "./lib/use-api.ts";

export function App() {
  const token = useToken();
  const session = useMemo(() => (token === null ? null : { token, api: clientFor(token) }), [token]);
  const route = useRoute();
  if (session === null) return <SignIn />;
  return (
    <SessionContext value={session}>
      <a
        href="#main"
        className="sr-only rounded bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:absolute focus:m-2"
      >
        Skip to content
      </a>
      <Header />
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto w-full max-w-6xl px-4 py-6 outline-none sm:px-6 sm:py-8"
      >
        <Page route={route} />
      </main>
    </SessionContext>
  );
}

function Page({ route }: { route: Route }) {
  if (route.page === "job") return <JobPage key={route.id} id={route.id} />;
  return route.page === "new" ? <SubmitForm /> : <JobList />;
}

function Header() {
  const queries = useQueryClient();
  const signOut = () => {
    queries.clear();
    setToken(null);
  };
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex max-w-6xl items-center gap-3 px-4 py-3 sm:px-6">
        <Link to="/" className="flex items-center gap-2.5 font-semibold tracking-tight">
          <img src="/favicon.svg" alt="" className="size-7" />
          Greenlight
        </Link>
        <nav aria-label="Main" className="ml-auto flex items-center gap-2">
          <Link to="/new" className="button button-primary">
            New job
          </Link>
          <button type="button" className="button" onClick={signOut}>
            Sign out
          </button>
        </nav>
      </div>
    </header>
  );
}
