/**
 * The event store on SQLite in WAL mode, within this process. `append` is acknowledged after COMMIT. What an
 * acknowledged append survives depends on `synchronous`: the death of the process (kill -9) loses nothing at any
 * level, because committed pages are already with the operating system. A power cut or kernel crash can take
 *   OFF     the newest commits, and it may corrupt the file: benchmarks only;
 *   NORMAL  the newest commits since the last checkpoint reached the disk; the file stays whole (the default);
 *   FULL    nothing: every commit is synced (and EXTRA the folder too, when a file of the journal goes).
 * A commit half written by a crash is undone by SQLite at the next open. The statements run in the event loop's
 * thread; one commit takes at most 64 appends so that it stays brief.
 */

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { DecisionLinkStore } from "../../app/ports/decision-links.ts";
import { type AppendRequest, type EventStore, VersionConflict } from "../../app/ports/event-store.ts";
import type { WebhookStore } from "../../app/ports/webhooks.ts";
import type { JobState } from "../../domain/state.ts";
import { checkAppend } from "./check-append.ts";
import { GroupCommit } from "./group-commit.ts";
import { migrate } from "./migrate.ts";
import { SpentLinks, sqliteDecisionLinks } from "./sqlite-decision-links.ts";
import { sqliteFailure } from "./sqlite-failure.ts";
import { SqliteJobRows } from "./sqlite-job-rows.ts";
import { EVENT_COLUMNS, SqliteQueries } from "./sqlite-queries.ts";
import { SqliteSideTables } from "./sqlite-side-tables.ts";
import { sqliteWebhooks } from "./sqlite-webhooks.ts";

export type SqliteOptions = {
  /** The database file; its folder is made if need be. */
  readonly path: string;
  /** See above; default NORMAL. */
  readonly synchronous?: "OFF" | "NORMAL" | "FULL" | "EXTRA";
  /** How long to wait for another process's lock, ms; the event loop stands still meanwhile. Default 2000. */
  readonly busy_timeout_ms?: number;
};

const MAX_BATCH = 64;
/** Pages of WAL before it is copied back into the database: 16 MiB, so that bursts do not checkpoint. */
const CHECKPOINT_PAGES = 4000;
/** States kept in memory, as they stand in the database. */
const MAX_KEPT = 256;

/** The event store, and what else is kept in its database. */
export type SqliteStore = EventStore & {
  readonly webhooks: WebhookStore;
  readonly decisionLinks: DecisionLinkStore;
};

/** Opens (makes, migrates) the database. @throws Unavailable when it is locked, unreadable or from a newer version. */
export function openSqliteStore(options: SqliteOptions): SqliteStore {
  try {
    mkdirSync(dirname(options.path), { recursive: true });
    const db = new DatabaseSync(options.path, { timeout: options.busy_timeout_ms ?? 2000 });
    try {
      db.exec("PRAGMA journal_mode = WAL");
      db.exec(`PRAGMA synchronous = ${options.synchronous ?? "NORMAL"}`);
      db.exec("PRAGMA foreign_keys = ON");
      db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      migrate(db);
      return new SqliteEventStore(db);
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw sqliteFailure(error);
  }
}

class SqliteEventStore implements SqliteStore {
  readonly webhooks: WebhookStore;
  readonly decisionLinks: DecisionLinkStore;
  readonly #db: DatabaseSync;
  readonly #rows: SqliteJobRows;
  readonly #side: SqliteSideTables;
  readonly #spentLinks: SpentLinks;
  readonly #commits: GroupCommit<AppendRequest>;
  readonly #queries: SqliteQueries;
  readonly #begin: StatementSync;
  readonly #commitAll: StatementSync;
  readonly #rollback: StatementSync;
  readonly #insertEvent: StatementSync;
  /** Newest states by job, the longest unread first; what differs from them by reference is written. */
  readonly #kept = new Map<string, JobState>();
  #dataVersion: number | null = null;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.webhooks = sqliteWebhooks(db);
    this.decisionLinks = sqliteDecisionLinks(db);
    this.#rows = new SqliteJobRows(db);
    this.#side = new SqliteSideTables(db);
    this.#spentLinks = new SpentLinks(db);
    this.#queries = new SqliteQueries(db);
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commitAll = db.prepare("COMMIT");
    this.#rollback = db.prepare("ROLLBACK");
    this.#insertEvent = db.prepare(
      `INSERT INTO events (${EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#commits = new GroupCommit((batch) => this.#commit(batch), MAX_BATCH);
  }

  async append(request: AppendRequest): Promise<void> {
    checkAppend(request);
    return this.#commits.add(request);
  }

  #commit(batch: readonly AppendRequest[]): readonly (Error | null)[] {
    try {
      this.#begin.run();
      const failures = batch.map((request) => this.#write(request));
      this.#commitAll.run();
      return failures;
    } catch (error) {
      for (const { job_id } of batch) this.#kept.delete(job_id);
      if (this.#db.isTransaction) this.#rollback.run();
      const failure = sqliteFailure(error);
      // One request that breaks a constraint must not fail the others: each by itself then.
      if (failure === error && batch.length > 1)
        return batch.flatMap((request) => this.#commitAlone(request));
      throw failure;
    }
  }

  #commitAlone(request: AppendRequest): readonly (Error | null)[] {
    try {
      return this.#commit([request]);
    } catch (error) {
      return [error instanceof Error ? error : new Error(String(error))];
    }
  }

  #write(request: AppendRequest): Error | null {
    const { job_id, expected_version, events, state } = request;
    const refusal = this.#spentLinks.refusal(events);
    if (refusal !== null) return refusal;
    if (!this.#rows.writeJob(request)) {
      this.#kept.delete(job_id);
      return new VersionConflict(`job ${job_id} is not at version ${expected_version}`);
    }
    for (const { id, seq, ts, type, stage, status, message, payload, origin, hash } of events) {
      const [body, from] = [JSON.stringify(payload), JSON.stringify(origin)];
      this.#insertEvent.run(id, job_id, seq, ts, type, stage, status, message, body, from, hash);
    }
    this.#spentLinks.spend(events);
    const before = this.#kept.get(job_id);
    this.#rows.writeParts(request, before?.version === expected_version ? before : undefined);
    this.#keep(state);
    return null;
  }

  async load(jobId: string): Promise<JobState | undefined> {
    this.#forgetIfChangedOutside();
    const state = this.#kept.get(jobId) ?? this.#queries.load(jobId);
    if (state !== undefined) this.#keep(state);
    return state;
  }

  #keep(state: JobState): void {
    this.#kept.delete(state.id);
    this.#kept.set(state.id, state);
    if (this.#kept.size > MAX_KEPT)
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest);
        break;
      }
  }

  /** `data_version` changes when another connection commits: then what is kept may be old. */
  #forgetIfChangedOutside(): void {
    const version = this.#queries.dataVersion();
    if (version !== this.#dataVersion) this.#kept.clear();
    this.#dataVersion = version;
  }

  readJob: EventStore["readJob"] = async (...args) => this.#queries.readJob(...args);
  /** @throws Rejection `unknown_cursor` when no event has this id. */
  readAll: EventStore["readAll"] = async (...args) => this.#queries.readAll(...args);
  lastEventId: EventStore["lastEventId"] = async () => this.#queries.lastEventId();
  findEvent: EventStore["findEvent"] = async (eventId) => this.#queries.findEvent(eventId);
  list: EventStore["list"] = async (query) => this.#queries.list(query);
  unfinished: EventStore["unfinished"] = async () => this.#queries.unfinished();
  queuedIds: EventStore["queuedIds"] = async () => this.#queries.queuedIds();
  artifactVersions: EventStore["artifactVersions"] = async (...args) => this.#side.artifactVersions(...args);
  dueTimers: EventStore["dueTimers"] = async (now) => this.#side.dueTimers(now);
  nextTimerAt: EventStore["nextTimerAt"] = async () => this.#side.nextTimerAt();
  rememberKey: EventStore["rememberKey"] = async (...args) => this.#side.rememberKey(...args);
  findKey: EventStore["findKey"] = async (key) => this.#side.findKey(key);
  saveUpload: EventStore["saveUpload"] = async (upload) => this.#side.saveUpload(upload);
  findUpload: EventStore["findUpload"] = async (uploadId) => this.#side.findUpload(uploadId);

  async close(): Promise<void> {
    if (!this.#db.isOpen) return;
    this.#commits.flush();
    this.#db.close();
  }
}
