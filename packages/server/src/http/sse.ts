/**
 * Server-sent events over the log: replay from the client's cursor, then live, with every event once and in order.
 * The watch is opened before the first read, so a commit during the replay rings it; after each ring the log is read
 * again past the last event sent. The stream is a pull: while a slow client's socket is full nothing is read, and
 * when it drains the reader goes on from its cursor, so a client costs one page of events, never a growing buffer.
 * Ends when the client leaves or the server closes; the browser comes back with `Last-Event-ID`.
 */

import type { JobEvent, ProgressFrame } from "@greenlight/contract/event";
import type { LogReader } from "./event-log.ts";
import type { Watch } from "./wake-hub.ts";

export const HEARTBEAT_MS = 15_000;
const PAGE = 100;

export async function* sseFrames(
  log: LogReader,
  watch: Watch,
  options: { readonly heartbeat_ms: number; readonly show: readonly ProgressFrame[] },
): AsyncGenerator<string, void, undefined> {
  try {
    // An id without data sets what the client comes back with, also before the first event.
    const cursor = log.cursor();
    yield `retry: 1000\n${cursor === null ? ": connected" : `id: ${cursor}`}\n\n`;
    let due = true;
    let progress: readonly ProgressFrame[] = options.show;
    for (;;) {
      while (due) {
        const events = await log.next(PAGE);
        if (events.length > 0) yield events.map(eventFrame).join("");
        due = events.length === PAGE;
      }
      if (progress.length > 0) yield progress.map(progressFrame).join("");
      const woken = await watch.wait(options.heartbeat_ms);
      if (woken === "ended") return;
      if (woken === "timeout") yield ": keep-alive\n\n";
      // After a quiet spell the log is read as well, should another process have written it.
      due = woken !== "progress";
      progress = watch.takeProgress();
    }
  } finally {
    watch.close();
  }
}

export function eventFrame(event: JobEvent): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

export function progressFrame(frame: ProgressFrame): string {
  return `event: progress\ndata: ${JSON.stringify(frame)}\n\n`;
}
