import { useSyncExternalStore } from "react";

const KEY = "greenlight_token";
const listeners = new Set<() => void>();

/** Takes the token out of `#token=…`, so that it does not stay in the address or the history. */
export function takeTokenFromFragment(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return;
  history.replaceState(null, "", location.pathname + location.search);
  setToken(token);
}

/** Keeps the token for this tab; null signs out. */
export function setToken(token: string | null): void {
  if (token === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
  for (const listener of listeners) listener();
}

export function useToken(): string | null {
  return useSyncExternalStore(subscribe, () => sessionStorage.getItem(KEY));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
