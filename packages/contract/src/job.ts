import { z } from "zod";
import { artifact } from "./artifact.ts";
import { brief } from "./brief.ts";
import { jobStatus } from "./event.ts";
import { gate } from "./gate.ts";
import { instant, sha256, slug, stageId, uuid7 } from "./ids.ts";
import { render } from "./render.ts";

export const STAGE_STATUSES = ["pending", "running", "completed", "failed", "skipped", "stale"] as const;
export const stageStatus = z.enum(STAGE_STATUSES);
export type StageStatus = z.infer<typeof stageStatus>;

export const failure = z.object({ code: z.string(), message: z.string() });

export const stageView = z.object({
  id: stageId,
  status: stageStatus,
  attempt: z.int().min(0),
  started_at: instant.nullable(),
  ended_at: instant.nullable(),
  duration_ms: z.int().nullable(),
  /** 0…1 of this stage. */
  progress: z.number().min(0).max(1),
  error: failure.nullable(),
});
export type StageView = z.infer<typeof stageView>;

export const jobMode = z.enum(["interactive", "automated"]);
export type JobMode = z.infer<typeof jobMode>;

/** All that shaped this job, as it was when it was submitted; later edits of `conf/` do not reach it. */
export const jobCfg = z.object({
  brief,
  /** Every file the brief names, by the path it was named with: stored when the job was submitted. */
  files: z.record(z.string(), z.object({ sha256, size_bytes: z.int(), media_type: z.string() })),
  render,
  models: z.record(z.string(), z.unknown()),
  modules: z.record(z.string(), z.unknown()),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1),
});
export type JobCfg = z.infer<typeof jobCfg>;

/** A pause that waits for the running attempt to end. `now`: the attempt is being ended for it. */
export const pauseRequest = z.object({
  by: z.string(),
  notes: z.string().nullable(),
  now: z.boolean(),
  at: instant,
});
export type PauseRequest = z.infer<typeof pauseRequest>;

export const job = z.object({
  id: uuid7,
  slug,
  intent: z.string(),
  pipeline: z.string(),
  mode: jobMode,
  status: jobStatus,
  /** The current stage; null before the first and after the last. */
  stage: stageId.nullable(),
  /** 0…1 of the whole job. */
  progress: z.number().min(0).max(1),
  /** Higher runs first; −100…100. */
  priority: z.int(),
  submitted_by: z.string(),
  /** 1 = next; null unless queued. */
  queue_position: z.int().nullable(),
  cfg: jobCfg,
  stages: z.array(stageView),
  /** null unless somebody asked for a pause that has yet to take effect. */
  pause_requested: pauseRequest.nullable(),
  gates: z.array(gate),
  artifacts: z.array(artifact),
  error: failure.extend({ stage: stageId.nullable() }).nullable(),
  created_at: instant,
  updated_at: instant,
  /** Number of events so far. */
  version: z.int(),
});
export type Job = z.infer<typeof job>;

/** A row of the job list: the job without its configuration and artifacts. */
export const jobSummary = job.omit({ cfg: true, artifacts: true, gates: true });
export type JobSummary = z.infer<typeof jobSummary>;
