import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { ChainReport } from "@greenlight/contract/audit";
import type { Client } from "@greenlight/contract/client";
import { type JobEvent, jobEvent } from "@greenlight/contract/event";
import { ProblemError } from "@greenlight/contract/problem-error";
import { verifyChain } from "../app/event-chain.ts";

/** A log as it was read. `unreadable`: the seq of the event at which reading ended, because it is no event any more. */
export type ReadLog = { readonly events: readonly JobEvent[]; readonly unreadable: number | null };

const PAGE = 1000;

/**
 * Whether `log` is the whole and unchanged log of a job. `known` are things the reader knows apart from the log: how
 * many events there are at least, and a hash noted earlier; without them a log cut off at its end looks whole.
 */
export function verifyLog(
  { events, unreadable }: ReadLog,
  jobId: string,
  known: { readonly events?: number; readonly head?: string },
): ChainReport {
  const report = verifyChain(events);
  if (!report.intact) return report;
  const foreign = events.find((event) => event.job_id !== jobId);
  if (foreign) return broken(foreign.seq, `event ${foreign.seq} is of another job, ${foreign.job_id}`);
  if (unreadable !== null) return broken(unreadable, `the log cannot be read from event ${unreadable} on`);
  const next = events.length + 1;
  if (events.length === 0 || events.length < (known.events ?? 0))
    return broken(next, `event ${next} is missing`);
  if (known.head !== undefined && !events.some((event) => event.hash === known.head))
    return broken(
      next,
      `no event up to ${events.length} has the hash ${known.head}: the log was cut off or replaced`,
    );
  return report;
}

/** All events of a job from a server. @throws ProblemError other than for an event the server cannot read. */
export async function readLog(client: Client, id: string): Promise<ReadLog> {
  const events: JobEvent[] = [];
  let limit = PAGE;
  for (;;) {
    const after = events.at(-1)?.id;
    try {
      const page = await client.eventPage(id, { limit, ...(after === undefined ? {} : { after }) });
      events.push(...page.events);
      if (!page.has_more) return { events, unreadable: null };
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== "internal") throw error;
      // A page looks one event ahead, so the event after the last one read is known to be sound.
      if (limit === 1) return { events, unreadable: events.length === 0 ? 1 : events.length + 2 };
      // One damaged row spoils its page: go on one by one to find it.
      limit = 1;
    }
  }
}

/** The events of a run folder's `events.jsonl`. */
export async function readLogFile(path: string, cwd: string): Promise<ReadLog> {
  const events: JobEvent[] = [];
  const lines = (await readFile(resolve(cwd, path), "utf8")).split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) {
    const event = eventOf(line);
    if (event === undefined) return { events, unreadable: events.length + 1 };
    events.push(event);
  }
  return { events, unreadable: null };
}

const wholeEvent = jobEvent.strict();

function eventOf(line: string): JobEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    // Taken as it is written, so that all within payload and origin counts in the hash; a field beside them would not.
    return wholeEvent.safeParse(value).success ? (value as JobEvent) : undefined;
  } catch {
    return undefined;
  }
}

function broken(seq: number, reason: string): ChainReport {
  return { intact: false, seq, reason };
}
