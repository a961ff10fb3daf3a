import type { Artifact } from "@greenlight/contract/artifact";
import type { JobEvent, JobStatus } from "@greenlight/contract/event";
import type { JobState } from "../../domain/state.ts";

/** `append` found another version than expected; nothing was written. Load again and decide again. */
export class VersionConflict extends Error {
  override name = "VersionConflict";
}

export type AppendRequest = {
  readonly job_id: string;
  /** Events the job had when the caller decided; 0 = the job must not exist yet. */
  readonly expected_version: number;
  /** Complete, in order, seq = expected_version + 1 … */
  readonly events: readonly JobEvent[];
  /** The state after them; the store derives the rows of jobs, gates, artifacts and timers from it. */
  readonly state: JobState;
};

export type JobQuery = {
  readonly status?: readonly JobStatus[];
  readonly pipeline?: string;
  /** Substring of slug or intent, case-insensitive. */
  readonly q?: string;
  readonly limit: number;
  /** Opaque, from `next_cursor`. */
  readonly cursor?: string;
};

export type DueTimer = { readonly job_id: string; readonly timer_id: string; readonly fire_at: string };

export interface EventStore {
  /**
   * Writes events, job, gates, artifacts and timers in one transaction. Appends of several jobs made in the same
   * turn of the event loop may share a commit; each still succeeds or fails alone. Resolves when committed. Events
   * whose origin names a decision link spend it in that transaction.
   * @throws VersionConflict when the job's version is not `expected_version`.
   * @throws Rejection link_used when an earlier append spent the link.
   */
  append(request: AppendRequest): Promise<void>;
  load(jobId: string): Promise<JobState | undefined>;
  /** Events of one job with seq > afterSeq, in order. */
  readJob(jobId: string, afterSeq: number, limit: number): Promise<JobEvent[]>;
  /** Events of all jobs after the event with this id (null = from the first), in the order they were appended. */
  readAll(afterEventId: string | null, limit: number): Promise<JobEvent[]>;
  /** Id of the newest event of all jobs; null while there is none. */
  lastEventId(): Promise<string | null>;
  findEvent(eventId: string): Promise<JobEvent | undefined>;
  /** Newest first. @throws Rejection `unknown_cursor`. */
  list(query: JobQuery): Promise<{ jobs: JobState[]; next_cursor: string | null }>;
  /** Every job that is not completed, failed or canceled, oldest first. */
  unfinished(): Promise<JobState[]>;
  /** Queued jobs in the order they will start: higher priority, then older. */
  queuedIds(): Promise<string[]>;
  /** Every version an artifact ever had, oldest first. */
  artifactVersions(jobId: string, artifactId: string): Promise<Artifact[]>;
  /** Timers with fire_at ≤ now, earliest first. */
  dueTimers(now: string): Promise<DueTimer[]>;
  /** The earliest fire_at of all timers, or null. */
  nextTimerAt(): Promise<string | null>;
  /** Remembers which job a client's Idempotency-Key made. Returns the existing row if the key is known. */
  rememberKey(
    key: string,
    requestHash: string,
    jobId: string,
  ): Promise<{ request_hash: string; job_id: string }>;
  findKey(key: string): Promise<{ request_hash: string; job_id: string } | undefined>;
  saveUpload(upload: UploadRecord): Promise<void>;
  findUpload(uploadId: string): Promise<UploadRecord | undefined>;
  close(): Promise<void>;
}

export type UploadRecord = {
  readonly upload_id: string;
  readonly path: string;
  readonly sha256: string;
  readonly size_bytes: number;
  readonly media_type: string;
  readonly created_at: string;
};
