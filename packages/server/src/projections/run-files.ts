/**
 * The files of CONTRACT section 5, following the log: `runs/<job_id>/…` and `jobs/state.jsonl`. They are written
 * after the commit and may lag behind it; nothing reads them back as truth. A crash leaves them behind or torn, and
 * `start` mends them from the store: every event once, in order. While running, `notify` only marks a job; a flush
 * takes all marked jobs, a few at once, one after the other for the same job, and waits a moment before the next,
 * so that many commits become one write. A job whose files cannot be written is tried again each second.
 */

import { join } from "node:path";
import type { Job } from "@greenlight/contract/job";
import type { EventStore } from "../app/ports/event-store.ts";
import type { Logger } from "../app/ports/logger.ts";
import type { ObjectStore } from "../app/ports/object-store.ts";
import type { StageLogLine } from "../app/ports/stage-executor.ts";
import type { JobState } from "../domain/state.ts";
import { JobJournal } from "./job-journal.ts";
import { RunFolder } from "./run-folder.ts";
import { StageLogs } from "./stage-logs.ts";

export type RunFilesOptions = {
  readonly home: string;
  readonly store: EventStore;
  readonly objects: ObjectStore;
  /** The job as outsiders see it. */
  readonly toJob: (state: JobState) => Job | Promise<Job>;
  readonly log: Logger;
  /** Least time from one flush to the next, ms; default 50. */
  readonly pause_ms?: number;
};

export type RunFiles = {
  /** Compares every job's files with the store and mends them. Jobs notified meanwhile are written afterwards. */
  start(): Promise<void>;
  /** After a commit: the files of these jobs are behind. Returns at once. */
  notify(jobIds: Iterable<string>): void;
  /** Adds a line to `runs/<job_id>/logs/<stage>.log`. Returns at once. */
  appendLog(jobId: string, stage: string, line: StageLogLine): void;
  /** Resolves when all that was notified or logged before is on the disk, or was tried in vain and reported. */
  drain(): Promise<void>;
  /** Drains and stops. */
  close(): Promise<void>;
};

const AT_ONCE = 4;
const RETRY_MS = 1000;
const PAGE = 100;

export function createRunFiles(options: RunFilesOptions): RunFiles {
  const { home, store, log, pause_ms = 50 } = options;
  const runs = join(home, "runs");
  const journal = new JobJournal(join(home, "jobs", "state.jsonl"));
  const logs = new StageLogs(runs);
  const folders = new Map<string, RunFolder>();
  const retries = new Set<NodeJS.Timeout>();
  let marked = new Set<string>();
  let flushing: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let lastFlush = Number.NEGATIVE_INFINITY;
  let state: "new" | "running" | "closed" = "new";

  function schedule(): void {
    if (state !== "running" || timer !== null || flushing !== null) return;
    const wait = Math.max(0, lastFlush + pause_ms - performance.now());
    timer = setTimeout(() => void flush(), wait);
  }

  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    flushing ??= flushMarked().finally(() => {
      flushing = null;
      lastFlush = performance.now();
      if (marked.size > 0 || !logs.isEmpty) schedule();
    });
    return flushing;
  }

  async function flushMarked(): Promise<void> {
    const jobIds = marked;
    marked = new Set();
    await Promise.all([
      forEachOf(jobIds, update),
      logs.flush().catch((error) => log.error("events", "cannot write a stage's log", reasonOf(error))),
    ]);
  }

  async function update(jobId: string): Promise<void> {
    const folder = folders.get(jobId) ?? new RunFolder(jobId, { ...options, runs, journal });
    folders.set(jobId, folder);
    try {
      if (await folder.update()) folders.delete(jobId);
    } catch (error) {
      // What is on the disk is unknown now: the next update compares it all.
      folders.delete(jobId);
      log.error("events", "cannot write the files of a job", { job_id: jobId, ...reasonOf(error) });
      if (state === "closed") return;
      const retry = setTimeout(() => {
        retries.delete(retry);
        notify([jobId]);
      }, RETRY_MS);
      retries.add(retry.unref());
    }
  }

  async function mendAll(): Promise<void> {
    await flushing;
    await journal.open();
    for (let cursor: string | undefined; ; ) {
      const page = await store.list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      await forEachOf(
        page.jobs.map((job) => job.id),
        update,
      );
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
  }

  function notify(jobIds: Iterable<string>): void {
    for (const jobId of jobIds) marked.add(jobId);
    schedule();
  }

  async function drain(): Promise<void> {
    while (flushing !== null || marked.size > 0 || !logs.isEmpty) await (flushing ?? flush());
  }

  return {
    async start() {
      // In the place of a flush, so that none runs beside it and `drain` waits for it.
      const mending = mendAll();
      flushing = mending
        .catch(() => {})
        .finally(() => {
          flushing = null;
        });
      await mending;
      state = "running";
      if (marked.size > 0 || !logs.isEmpty) schedule();
    },
    notify,
    appendLog(jobId, stage, line) {
      logs.add(jobId, stage, line);
      schedule();
    },
    drain,
    async close() {
      await drain();
      state = "closed";
      if (timer !== null) clearTimeout(timer);
      for (const retry of retries) clearTimeout(retry);
    },
  };
}

async function forEachOf(items: Iterable<string>, work: (item: string) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  async function worker(): Promise<void> {
    for (let next = rest.next(); !next.done; next = rest.next()) await work(next.value);
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function reasonOf(error: unknown): { reason: string } {
  return { reason: error instanceof Error ? error.message : String(error) };
}
