import { z } from "zod";
import { instant, sha256, stageId, uuid7 } from "./ids.ts";
import { origin } from "./origin.ts";

export const JOB_STATUSES = [
  "queued",
  "running",
  "paused",
  "needs_approval",
  "completed",
  "failed",
  "canceled",
] as const;
export const jobStatus = z.enum(JOB_STATUSES);
export type JobStatus = z.infer<typeof jobStatus>;

export const EVENT_TYPES = [
  "job_created",
  "job_started",
  "job_pause_requested",
  "job_paused",
  "job_resumed",
  "job_completed",
  "job_failed",
  "job_canceled",
  "job_retried",
  "stage_started",
  "stage_completed",
  "stage_failed",
  "stage_retrying",
  "stage_interrupted",
  "stage_skipped",
  "gate_opened",
  "gate_approved",
  "gate_rejected",
  "gate_auto_approved",
  "gate_voided",
  "gate_reminded",
  "gate_rescheduled",
  "patch_applied",
  "artifact_created",
  "iteration_scored",
] as const;
export const eventType = z.enum(EVENT_TYPES);
export type EventType = z.infer<typeof eventType>;

/** One line of the log as everyone outside sees it; `seq` counts from 1 within the job, `id` orders over all jobs. */
export const jobEvent = z.object({
  id: uuid7,
  job_id: uuid7,
  seq: z.int().min(1),
  ts: instant,
  type: eventType,
  stage: stageId.nullable(),
  /** The job's status after this event. */
  status: jobStatus,
  message: z.string(),
  payload: z.record(z.string(), z.unknown()),
  origin,
  /**
   * Links the job's events into a chain: SHA-256, in hex, of the hash of the event before (empty for the first), a line
   * feed, and this event without `hash` as canonical JSON (RFC 8785).
   */
  hash: sha256,
});
export type JobEvent = z.infer<typeof jobEvent>;

/** A passing report of a running stage: never stored, carries no id. `fraction` 0…1 of the stage. */
export const progressFrame = z.object({
  job_id: uuid7,
  stage: stageId,
  attempt: z.int(),
  fraction: z.number().min(0).max(1),
  message: z.string(),
});
export type ProgressFrame = z.infer<typeof progressFrame>;
