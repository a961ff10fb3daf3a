import { ProblemError } from "@greenlight/contract/problem-error";
import { type FormEvent, useState } from "react";
import { setToken } from "../lib/session.ts";
import { clientFor } from "../lib/use-api.ts";
import { Note, ProblemNote } from "./problem-note.tsx";

/** Asks for the token and tries it before keeping it. */
export function SignIn() {
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const signIn = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get("token")).trim();
    setBusy(true);
    try {
      await clientFor(token).me();
      setToken(token);
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <form onSubmit={signIn} className="card w-full max-w-md space-y-5 p-6 sm:p-8">
        <div className="space-y-1">
          <img src="/favicon.svg" alt="" className="mb-4 size-10" />
          <h1 className="text-xl font-semibold tracking-tight">Sign in to Greenlight</h1>
          <p className="text-sm text-muted">
            The server prints a link with its token when it starts. Open that link, or paste the token here.
          </p>
        </div>
        <div>
          <label htmlFor="token" className="label">
            Token
          </label>
          <input
            id="token"
            name="token"
            type="password"
            autoComplete="current-password"
            required
            className="field"
            aria-describedby="token-hint"
          />
          <p id="token-hint" className="hint">
            It is kept in <code>HOME/.greenlight/token</code> on the server, and in this tab until you close
            it.
          </p>
        </div>
        {error instanceof ProblemError && error.code === "unauthorized" ? (
          <Note
            code={error.code}
            message="The server does not know this token."
            remedy="Paste the token the server printed, without spaces, or open its link."
          />
        ) : (
          <ProblemNote error={error} />
        )}
        <button type="submit" disabled={busy} className="button button-primary w-full">
          {busy ? "Checking…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}
