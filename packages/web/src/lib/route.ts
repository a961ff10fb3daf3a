import { useSyncExternalStore } from "react";

export type Route =
  | { readonly page: "jobs" }
  | { readonly page: "new" }
  | { readonly page: "job"; readonly id: string };

/** Goes to another page of the console without loading it anew. */
export function navigate(path: string): void {
  history.pushState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
  scrollTo(0, 0);
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(subscribe, () => location.pathname));
}

function routeOf(path: string): Route {
  const job = /^\/jobs\/([0-9a-f-]{36})$/.exec(path)?.[1];
  if (job !== undefined) return { page: "job", id: job };
  return path === "/new" ? { page: "new" } : { page: "jobs" };
}

function subscribe(listener: () => void): () => void {
  addEventListener("popstate", listener);
  return () => removeEventListener("popstate", listener);
}
