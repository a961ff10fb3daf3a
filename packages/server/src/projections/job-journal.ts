/**
 * `jobs/state.jsonl`: one line per change of a job's status, of all jobs, append only. The n-th line of a job is its
 * n-th change, so after a crash the number of its lines tells which are missing; `open` cuts off a torn last line.
 */

import type { JobEvent, JobStatus } from "@greenlight/contract/event";
import { appendLines, readMendedJsonLines } from "./line-file.ts";

export type JournalLine = {
  readonly ts: string;
  readonly job_id: string;
  /** The stage the job was at; null before the first. */
  readonly step: string | null;
  readonly status: JobStatus;
  readonly notes: string | null;
};

/** Where a job stands after the events read so far; the start is `{ status: null, step: null }`. */
export type JournalPosition = { readonly status: JobStatus | null; readonly step: string | null };

/** The lines that events add, and the position after them. */
export function journalLines(
  events: readonly JobEvent[],
  from: JournalPosition,
): { lines: JournalLine[]; position: JournalPosition } {
  const lines: JournalLine[] = [];
  let { status, step } = from;
  for (const { ts, job_id, type, stage, status: next, payload } of events) {
    step = stage ?? step;
    if (next === status) continue;
    status = next;
    const failure = type === "job_failed" ? `${payload.code}: ${payload.message}` : null;
    const notes = typeof payload.notes === "string" ? payload.notes : failure;
    lines.push({ ts, job_id, step, status, notes });
  }
  return { lines, position: { status, step } };
}

export class JobJournal {
  readonly #path: string;
  #counts: Map<string, number> | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads the file and mends its end, unless that was done. */
  open(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#read();
    });
  }

  /** Appends of all lines a job ever had those that are missing. */
  complete(jobId: string, all: readonly JournalLine[]): Promise<void> {
    return this.#inTurn(async () => {
      const counts = await this.#read();
      await this.#append(counts, all.slice(counts.get(jobId) ?? 0));
    });
  }

  append(lines: readonly JournalLine[]): Promise<void> {
    if (lines.length === 0) return Promise.resolve();
    return this.#inTurn(async () => this.#append(await this.#read(), lines));
  }

  async #append(counts: Map<string, number>, lines: readonly JournalLine[]): Promise<void> {
    try {
      await appendLines(
        this.#path,
        lines.map((line) => JSON.stringify(line)),
      );
    } catch (error) {
      // Part of it may have been written: look again before the next line.
      this.#counts = null;
      throw error;
    }
    for (const line of lines) this.#count(counts, line);
  }

  async #read(): Promise<Map<string, number>> {
    if (this.#counts !== null) return this.#counts;
    const counts = new Map<string, number>();
    for (const value of await readMendedJsonLines(this.#path)) this.#count(counts, value as JournalLine);
    this.#counts = counts;
    return counts;
  }

  #count(counts: Map<string, number>, line: JournalLine): void {
    counts.set(line.job_id, (counts.get(line.job_id) ?? 0) + 1);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#writing.then(work);
    this.#writing = done.catch(() => {});
    return done;
  }
}
