import type { LiveFeed } from "../app/ports/live-feed.ts";

/** Rings when a job has news or the signal fires. A ring between two waits is kept, so none is missed. */
export function jobBell(
  feed: Pick<LiveFeed, "onEvents">,
  signal: AbortSignal,
): { for(jobId: string): void; wait(): Promise<void>; stop(): void } {
  let watched: string | null = null;
  let rung = false;
  let wake: () => void = () => {};
  const ring = () => {
    rung = true;
    wake();
  };
  const stop = feed.onEvents((events) => {
    if (events.some((event) => event.job_id === watched)) ring();
  });
  signal.addEventListener("abort", ring);
  return {
    for(jobId) {
      watched = jobId;
      rung = true;
    },
    async wait() {
      if (!rung && !signal.aborted)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      rung = false;
    },
    stop() {
      stop();
      signal.removeEventListener("abort", ring);
    },
  };
}
