/**
 * One view of the log for polling, long-polling and SSE: read what lies past a cursor, and only ever move the cursor
 * to the last event handed on. A cursor is the id of the last event a client has seen.
 */

import type { JobEvent } from "@greenlight/contract/event";
import type { EventStore } from "../app/ports/event-store.ts";
import { Rejection } from "../domain/commands.ts";

export type LogReader = {
  /** Up to `limit` events past the cursor, in order; moves the cursor past them. */
  next(limit: number): Promise<JobEvent[]>;
  /** Id of the event the cursor stands at; null before the first. */
  cursor(): string | null;
};

/** Reads one job's events after the event `after` (from the first when undefined). @throws Rejection unknown_cursor */
export async function readJobLog(
  store: EventStore,
  jobId: string,
  after: string | undefined,
): Promise<LogReader> {
  let seq = 0;
  let cursor = after ?? null;
  if (after !== undefined) {
    const event = await store.findEvent(after);
    if (event === undefined || event.job_id !== jobId) throw unknownCursor(after);
    seq = event.seq;
  }
  return {
    async next(limit) {
      const events = await store.readJob(jobId, seq, limit);
      seq = events.at(-1)?.seq ?? seq;
      cursor = events.at(-1)?.id ?? cursor;
      return events;
    },
    cursor: () => cursor,
  };
}

/** Reads the events of all jobs; `after: "now"` skips what is there already. @throws Rejection unknown_cursor */
export async function readWholeLog(store: EventStore, after: string | undefined): Promise<LogReader> {
  let cursor = after === "now" ? await store.lastEventId() : (after ?? null);
  if (after !== undefined && after !== "now" && (await store.findEvent(after)) === undefined)
    throw unknownCursor(after);
  return {
    async next(limit) {
      const events = await store.readAll(cursor, limit);
      cursor = events.at(-1)?.id ?? cursor;
      return events;
    },
    cursor: () => cursor,
  };
}

function unknownCursor(after: string): Rejection {
  return new Rejection("unknown_cursor", `No event here has the id ${after.slice(0, 64)}.`);
}
