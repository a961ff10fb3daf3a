import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { JobEvent } from "@greenlight/contract/event";
import type { JobQuery } from "../../app/ports/event-store.ts";
import type { JobState } from "../../domain/state.ts";
import { decodeCursor, encodeCursor, unknownCursor } from "./page-cursor.ts";
import { sqliteFailure } from "./sqlite-failure.ts";
import { jobOfRow, SELECT_JOB } from "./sqlite-job-rows.ts";

/** Columns of an event, in the order in which they are written. */
export const EVENT_COLUMNS = "id, job_id, seq, ts, type, stage, status, message, payload, origin, hash";

/** What EventStore answers from the events and jobs as they are committed. Every method throws Unavailable as it does. */
export class SqliteQueries {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  load(jobId: string): JobState | undefined {
    const row = this.#get(`${SELECT_JOB} WHERE j.id = ?`, jobId);
    return row && jobOfRow(row);
  }

  /** Changes whenever another connection commits. */
  dataVersion(): number {
    return Number(this.#get("PRAGMA data_version")?.data_version);
  }

  readJob(jobId: string, afterSeq: number, limit: number): JobEvent[] {
    return this.#all(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE job_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
      jobId,
      afterSeq,
      limit,
    ).map(eventOfRow);
  }

  /** @throws Rejection `unknown_cursor` when no event has this id. */
  readAll(afterEventId: string | null, limit: number): JobEvent[] {
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

  lastEventId(): string | null {
    const row = this.#get("SELECT id FROM events ORDER BY position DESC LIMIT 1");
    return row === undefined ? null : String(row.id);
  }

  findEvent(eventId: string): JobEvent | undefined {
    const row = this.#get(`SELECT ${EVENT_COLUMNS} FROM events WHERE id = ?`, eventId);
    return row === undefined ? undefined : eventOfRow(row);
  }

  list(query: JobQuery): { jobs: JobState[]; next_cursor: string | null } {
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

  unfinished(): JobState[] {
    return this.#all(
      `${SELECT_JOB} WHERE j.status NOT IN ('completed', 'failed', 'canceled') ORDER BY j.created_at, j.id`,
    ).map(jobOfRow);
  }

  queuedIds(): string[] {
    return this.#all(
      "SELECT id FROM jobs WHERE status = 'queued' ORDER BY priority DESC, created_at, id",
    ).map((row) => String(row.id));
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
    origin: JSON.parse(String(row.origin)),
    hash: String(row.hash),
  };
}
