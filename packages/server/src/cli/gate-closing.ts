import type { App } from "../app/app.ts";
import type { JobState } from "../domain/state.ts";

/** Whether the job waits at this stage's gate. */
export function isOpenAt(job: JobState | undefined, stage: string): boolean {
  return job?.status === "needs_approval" && job.plan[job.position]?.id === stage;
}

/** A signal that fires once the job waits at this gate no longer, whoever or whatever decided. */
export function gateClosing(
  { feed, store }: Pick<App, "feed" | "store">,
  jobId: string,
  stage: string,
): { readonly signal: AbortSignal; stop(): void } {
  const closed = new AbortController();
  const look = async () => {
    if (!isOpenAt(await store.load(jobId), stage)) closed.abort();
  };
  // A look that fails must not end the question: the decision itself will tell what is wrong.
  const lookQuietly = () => void look().catch(() => {});
  const stop = feed.onEvents((events) => {
    if (events.some((event) => event.job_id === jobId)) lookQuietly();
  });
  // It may have closed since the caller read the job.
  lookQuietly();
  return { signal: closed.signal, stop };
}
