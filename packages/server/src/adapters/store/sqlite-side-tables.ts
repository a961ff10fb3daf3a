import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Artifact } from "@greenlight/contract/artifact";
import type { DueTimer, UploadRecord } from "../../app/ports/event-store.ts";
import { sqliteFailure } from "./sqlite-failure.ts";

/** Artifact versions, timers, idempotency keys and uploads: what EventStore answers from tables of their own. */
export class SqliteSideTables {
  readonly #versions: StatementSync;
  readonly #due: StatementSync;
  readonly #next: StatementSync;
  readonly #putKey: StatementSync;
  readonly #getKey: StatementSync;
  readonly #putUpload: StatementSync;
  readonly #getUpload: StatementSync;

  constructor(db: DatabaseSync) {
    this.#versions = db.prepare(
      "SELECT body FROM artifacts WHERE job_id = ? AND artifact_id = ? ORDER BY version",
    );
    this.#due = db.prepare(
      "SELECT job_id, timer_id, fire_at FROM timers WHERE fire_at_ms <= ? ORDER BY fire_at_ms, job_id, timer_id",
    );
    this.#next = db.prepare("SELECT fire_at FROM timers ORDER BY fire_at_ms LIMIT 1");
    this.#putKey = db.prepare(
      "INSERT INTO idempotency_keys (key, request_hash, job_id) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
    );
    this.#getKey = db.prepare("SELECT request_hash, job_id FROM idempotency_keys WHERE key = ?");
    this.#putUpload = db.prepare(
      "INSERT INTO uploads (upload_id, path, sha256, size_bytes, media_type, created_at) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#getUpload = db.prepare("SELECT * FROM uploads WHERE upload_id = ?");
  }

  artifactVersions(jobId: string, artifactId: string): Artifact[] {
    return orFailure(() => this.#versions.all(jobId, artifactId)).map((row) => JSON.parse(String(row.body)));
  }

  dueTimers(now: string): DueTimer[] {
    return orFailure(() => this.#due.all(Date.parse(now))).map((row) => ({
      job_id: String(row.job_id),
      timer_id: String(row.timer_id),
      fire_at: String(row.fire_at),
    }));
  }

  nextTimerAt(): string | null {
    const row = orFailure(() => this.#next.get());
    return row === undefined ? null : String(row.fire_at);
  }

  rememberKey(key: string, requestHash: string, jobId: string): { request_hash: string; job_id: string } {
    orFailure(() => this.#putKey.run(key, requestHash, jobId));
    return this.findKey(key) ?? { request_hash: requestHash, job_id: jobId };
  }

  findKey(key: string): { request_hash: string; job_id: string } | undefined {
    const row = orFailure(() => this.#getKey.get(key));
    return row && { request_hash: String(row.request_hash), job_id: String(row.job_id) };
  }

  saveUpload(upload: UploadRecord): void {
    const { upload_id, path, sha256, size_bytes, media_type, created_at } = upload;
    orFailure(() => this.#putUpload.run(upload_id, path, sha256, size_bytes, media_type, created_at));
  }

  findUpload(uploadId: string): UploadRecord | undefined {
    const row = orFailure(() => this.#getUpload.get(uploadId));
    return (
      row && {
        upload_id: String(row.upload_id),
        path: String(row.path),
        sha256: String(row.sha256),
        size_bytes: Number(row.size_bytes),
        media_type: String(row.media_type),
        created_at: String(row.created_at),
      }
    );
  }
}

function orFailure<Result>(query: () => Result): Result {
  try {
    return query();
  } catch (error) {
    throw sqliteFailure(error);
  }
}
