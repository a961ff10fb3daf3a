import type { Me } from "@greenlight/contract/access";
import { type Client, createClient } from "@greenlight/contract/client";
import { createContext, useContext } from "react";

/** A client of the server this page came from. */
export const clientFor = (token: string, options: { fetch?: typeof fetch } = {}): Client =>
  createClient({ url: location.origin, token, ...options });

type Session = { readonly api: Client; readonly token: string; readonly me: Me };

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession needs a SessionContext above it.");
  return session;
}

export const useApi = (): Client => useSession().api;

/** Whose token this is, and what it may be used for. */
export const useMe = (): Me => useSession().me;
