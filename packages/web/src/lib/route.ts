import { useSyncExternalStore } from "react";

export type JobTab = "overview" | "versions" | "audit";
export type Route =
  | { readonly page: "jobs" }
  | { readonly page: "new" }
  | { readonly page: "webhooks" }
  | { readonly page: "job"; readonly id: string; readonly tab: JobTab; readonly artifact: string | null };

/** Goes to another page of the console without loading it anew, and takes the keyboard there. */
export function navigate(path: string): void {
  history.pushState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
  scrollTo(0, 0);
  document.getElementById("main")?.focus({ preventScroll: true });
}

/** Says in the address what this page shows, without leaving it. */
export function showInAddress(path: string): void {
  history.replaceState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(subscribe, () => location.pathname));
}

export function useSearch(): URLSearchParams {
  return new URLSearchParams(useSyncExternalStore(subscribe, () => location.search));
}

/** Address of one output's versions; with two numbers, of their comparison. */
export function versionsPath(jobId: string, artifactId: string, from?: number, to?: number): string {
  const query = from === undefined || to === undefined ? "" : `?from=${from}&to=${to}`;
  return `/jobs/${jobId}/versions/${artifactId}${query}`;
}

function routeOf(path: string): Route {
  const job = /^\/jobs\/([0-9a-f-]{36})(?:\/(audit|versions)(?:\/([0-9a-f-]{36}))?)?$/.exec(path);
  if (job?.[1] !== undefined) {
    const tab = job[2] === "audit" || job[2] === "versions" ? job[2] : "overview";
    return { page: "job", id: job[1], tab, artifact: job[3] ?? null };
  }
  if (path === "/webhooks") return { page: "webhooks" };
  return path === "/new" ? { page: "new" } : { page: "jobs" };
}

function subscribe(listener: () => void): () => void {
  addEventListener("popstate", listener);
  return () => removeEventListener("popstate", listener);
}
