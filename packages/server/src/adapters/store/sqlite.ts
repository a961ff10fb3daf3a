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
import type { JobEvent } from "@greenlight/contract/event";
import { type AppendRequest, type EventStore, type JobQuery, VersionConflict } from "../../app/ports.ts";
import type { JobState } from "../../domain/state.ts";
import { checkAppend } from "./check-append.ts";
import { GroupCommit } from "./group-commit.ts";
import { migrate } from "./migrate.ts";
import { decodeCursor, encodeCursor, unknownCursor } from "./page-cursor.ts";
import { sqliteFailure } from "./sqlite-failure.ts";
import { jobOfRow, SELECT_JOB, SqliteJobRows } from "./sqlite-job-rows.ts";
import { SqliteSideTables } from "./sqlite-side-tables.ts";

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
const EVENT_COLUMNS = "id, job_id, seq, ts, type, stage, status, message, payload";

/** Opens (makes, migrates) the database. @throws Unavailable when it is locked, unreadable or from a newer version. */
export function openSqliteStore(options: SqliteOptions): EventStore {
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

class SqliteEventStore implements EventStore {
  readonly #db: DatabaseSync;
  readonly #rows: SqliteJobRows;
  readonly #side: SqliteSideTables;
  readonly #commits: GroupCommit<AppendRequest>;
  readonly #statements = new Map<string, StatementSync>();
  /** Newest states by job, least recently used first; what differs from them by reference is written. */
  readonly #kept = new Map<string, JobState>();
  #dataVersion: unknown = null;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#rows = new SqliteJobRows(db);
    this.#side = new SqliteSideTables(db);
    this.#commits = new GroupCommit((batch) => this.#commit(batch), MAX_BATCH);
  }

  async append(request: AppendRequest): Promise<void> {
    checkAppend(request);
    return this.#commits.add(request);
  }

  #commit(batch: readonly AppendRequest[]): readonly (Error | null)[] {
    try {
      this.#prepared("BEGIN IMMEDIATE").run();
      const failures = batch.map((request) => this.#write(request));
      this.#prepared("COMMIT").run();
      return failures;
    } catch (error) {
      for (const { job_id } of batch) this.#kept.delete(job_id);
      if (this.#db.isTransaction) this.#prepared("ROLLBACK").run();
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

  #write(request: AppendRequest): VersionConflict | null {
    const { job_id, expected_version, events, state } = request;
    if (!this.#rows.writeJob(request)) {
      this.#kept.delete(job_id);
      return new VersionConflict(`job ${job_id} is not at version ${expected_version}`);
    }
    const insert = this.#prepared(`INSERT INTO events (${EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    for (const { id, seq, ts, type, stage, status, message, payload } of events)
      insert.run(id, job_id, seq, ts, type, stage, status, message, JSON.stringify(payload));
    const before = this.#kept.get(job_id);
    this.#rows.writeParts(request, before?.version === expected_version ? before : undefined);
    this.#keep(state);
    return null;
  }

  async load(jobId: string): Promise<JobState | undefined> {
    this.#forgetIfChangedOutside();
    const kept = this.#kept.get(jobId);
    if (kept !== undefined) return kept;
    const row = this.#get(`${SELECT_JOB} WHERE j.id = ?`, jobId);
    if (row === undefined) return undefined;
    const state = jobOfRow(row);
    this.#keep(state);
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
    const version = this.#get("PRAGMA data_version")?.data_version;
    if (version !== this.#dataVersion) this.#kept.clear();
    this.#dataVersion = version;
  }

  async readJob(jobId: string, afterSeq: number, limit: number): Promise<JobEvent[]> {
    return this.#all(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE job_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
      jobId,
      afterSeq,
      limit,
    ).map(eventOfRow);
  }

  /** @throws Rejection `unknown_cursor` when no event has this id. */
  async readAll(afterEventId: string | null, limit: number): Promise<JobEvent[]> {
    let after: unknown = 0;
    if (afterEventId !== null) {
      after = this.#get("SELECT position FROM events WHERE id = ?", afterEventId)?.position;
      if (after === undefined) throw unknownCursor(`event id ${afterEventId}`);
    }
    return this.#all(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE position > ? ORDER BY position LIMIT ?`,
      Number(after),
      limit,
    ).map(eventOfRow);
  }

  async lastEventId(): Promise<string | null> {
    const row = this.#get("SELECT id FROM events ORDER BY position DESC LIMIT 1");
    return row === undefined ? null : String(row.id);
  }

  async findEvent(eventId: string): Promise<JobEvent | undefined> {
    const row = this.#get(`SELECT ${EVENT_COLUMNS} FROM events WHERE id = ?`, eventId);
    return row === undefined ? undefined : eventOfRow(row);
  }

  async list(query: JobQuery): Promise<{ jobs: JobState[]; next_cursor: string | null }> {
    const where: string[] = [];
    const values: (string | number)[] = [];
    if (query.status !== undefined) {
      where.push("j.status IN (SELECT value FROM json_each(?))");
      values.push(JSON.stringify(query.status));
    }
    if (query.pipeline !== undefined) {
      where.push("s.pipeline = ?");
      values.push(query.pipeline);
    }
    if (query.q !== undefined) {
      where.push("instr(s.folded, ?) > 0");
      values.push(query.q.toLowerCase());
    }
    if (query.cursor !== undefined) {
      const id = decodeCursor(query.cursor);
      const last = this.#get("SELECT created_at FROM jobs WHERE id = ?", id);
      if (last === undefined) throw unknownCursor("the page cursor");
      where.push("(j.created_at, j.id) < (?, ?)");
      values.push(String(last.created_at), id);
    }
    const filter = where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`;
    const rows = this.#all(
      `${SELECT_JOB} ${filter} ORDER BY j.created_at DESC, j.id DESC LIMIT ?`,
      ...values,
      query.limit + 1,
    );
    const jobs = rows.slice(0, query.limit).map(jobOfRow);
    const last = jobs.at(-1);
    return { jobs, next_cursor: rows.length > jobs.length && last ? encodeCursor(last.id) : null };
  }

  async unfinished(): Promise<JobState[]> {
    return this.#all(
      `${SELECT_JOB} WHERE j.status NOT IN ('completed', 'failed', 'canceled') ORDER BY j.created_at, j.id`,
    ).map(jobOfRow);
  }

  async queuedIds(): Promise<string[]> {
    return this.#all(
      "SELECT id FROM jobs WHERE status = 'queued' ORDER BY priority DESC, created_at, id",
    ).map((row) => String(row.id));
  }

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

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #get(sql: string, ...values: (string | number)[]) {
    try {
      return this.#prepared(sql).get(...values);
    } catch (error) {
      throw sqliteFailure(error);
    }
  }

  #all(sql: string, ...values: (string | number)[]) {
    try {
      return this.#prepared(sql).all(...values);
    } catch (error) {
      throw sqliteFailure(error);
    }
  }
}

function eventOfRow(row: Readonly<Record<string, unknown>>): JobEvent {
  return {
    id: String(row.id),
    job_id: String(row.job_id),
    seq: Number(row.seq),
    ts: String(row.ts),
    type: row.type as JobEvent["type"],
    stage: row.stage === null ? null : String(row.stage),
    status: row.status as JobEvent["status"],
    message: String(row.message),
    payload: JSON.parse(String(row.payload)),
  };
}
