import type { JobEvent, ProgressFrame } from "@greenlight/contract/event";
import type { CommandBus } from "./command-bus.ts";
import type { LiveFeed } from "./ports/live-feed.ts";

/** Passes commits and progress on to those who listen. Progress of a stage is forgotten when the stage ends. */
export function createLiveFeed(bus: CommandBus): LiveFeed & { progress(frame: ProgressFrame): void } {
  const onEvents = new Set<(events: readonly JobEvent[]) => void>();
  const onProgress = new Set<(frame: ProgressFrame) => void>();
  const latest = new Map<string, ProgressFrame>();

  bus.onCommit((state, events) => {
    if (latest.has(state.id) && state.running?.stage !== latest.get(state.id)?.stage) latest.delete(state.id);
    for (const listener of onEvents) listener(events);
  });

  return {
    onEvents: (listener) => subscribe(onEvents, listener),
    onProgress: (listener) => subscribe(onProgress, listener),
    progressOf: (jobId) => latest.get(jobId),
    progress(frame) {
      latest.set(frame.job_id, frame);
      for (const listener of onProgress) listener(frame);
    },
  };
}

function subscribe<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
