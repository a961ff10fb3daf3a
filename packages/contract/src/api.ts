import { z } from "zod";
import { personName } from "./access.ts";
import { artifact } from "./artifact.ts";
import { brief } from "./brief.ts";
import { configProblem } from "./config.ts";
import { jobEvent } from "./event.ts";
import { gate, gateStatus } from "./gate.ts";
import { instant, sha256, slug, stageId, uuid7 } from "./ids.ts";
import { jobMode, jobSummary } from "./job.ts";
import { patch } from "./patch.ts";
import { pipeline } from "./pipeline.ts";

/** `POST /api/v1/jobs`. One of `brief`, `brief_config` or `meta.free_text_brief` says what the video is about. */
export const createJob = z.strictObject({
  slug,
  intent: z.string().min(1).max(2000),
  /** A whole brief (see brief.ts); checked as one so that field errors point into it. */
  brief: z.unknown().optional(),
  /** Fields laid over the default brief of `conf/brief.yaml`. */
  brief_config: z.record(z.string(), z.unknown()).optional(),
  pipeline: z.string().default("explainer"),
  mode: jobMode.default("interactive"),
  priority: z.int().min(-100).max(100).default(0),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .optional(),
  meta: z.strictObject({ free_text_brief: z.string().max(20_000).optional() }).optional(),
});
export type CreateJob = z.infer<typeof createJob>;
export type CreateJobInput = z.input<typeof createJob>;

const notes = z.string().max(10_000);

/** Beats to be made again, each with what to do differently (may be empty). */
const rejectedBeats = z
  .array(z.strictObject({ beat_id: z.string().min(1).max(64), notes: notes.default("") }))
  .min(1)
  .max(500);

/**
 * `POST /jobs/{id}/approve` and `/reject`. `by` counts only where the token may speak for others. `artifact_sha256s`: what
 * was looked at; if given, it must be all that stands at the gate.
 */
export const decision = z.strictObject({
  stage: stageId,
  notes: notes.optional(),
  by: personName.optional(),
  patch: patch.optional(),
  artifact_sha256s: z.array(sha256).max(5000).optional(),
});
export type Decision = z.infer<typeof decision>;

/** `beats`: only these are made again when the job resumes; the rest of the stage's output stays. */
export const rejection = decision.extend({ beats: rejectedBeats.optional() });
export type RejectDecision = z.input<typeof rejection>;

/**
 * After a reject the stage runs again with the notes. An earlier `stage` goes back to it: it and those after it run
 * again. `keep_patches: false` lets go of the patches laid over the stage that runs again.
 */
export const resumeJob = z.strictObject({
  stage: stageId.optional(),
  notes: notes.optional(),
  patch: patch.optional(),
  keep_patches: z.boolean().default(true),
});
export type ResumeJob = z.input<typeof resumeJob>;
/** `now`: the running attempt is ended and runs again on resume. */
export const pauseJob = z.strictObject({ now: z.boolean().default(false), notes: notes.optional() });
export type PauseJob = z.input<typeof pauseJob>;
/**
 * `notes` reach the stage as feedback. `reopen`: ask again at every gate from there on, also where nothing changed.
 * `keep_patches: false` lets go of the patches laid over that stage.
 */
export const retryJob = z.strictObject({
  from_stage: stageId.optional(),
  notes: notes.optional(),
  reopen: z.boolean().default(false),
  keep_patches: z.boolean().default(true),
});
export type RetryJob = z.input<typeof retryJob>;

const limit = (max: number, preset: number) => z.coerce.number().int().min(1).max(max).default(preset);

export const listJobs = z.strictObject({
  status: z.string().optional(),
  pipeline: z.string().optional(),
  q: z.string().max(200).optional(),
  limit: limit(200, 50),
  cursor: z.string().max(500).optional(),
});
export const jobPage = z.object({ jobs: z.array(jobSummary), next_cursor: z.string().nullable() });
export type JobPage = z.infer<typeof jobPage>;

export const listEvents = z.strictObject({
  /** Id of the last event seen; absent = from the first. */
  after: uuid7.optional(),
  limit: limit(1000, 200),
  /** Wait up to this many seconds for a first event (long-polling). */
  wait_s: z.coerce.number().min(0).max(60).default(0),
});
export const eventPage = z.object({
  events: z.array(jobEvent),
  /** Pass as `after` next time; null while there is no event at all. */
  next_after: uuid7.nullable(),
  has_more: z.boolean(),
});
export type EventPage = z.infer<typeof eventPage>;

export const artifactList = z.object({ artifacts: z.array(artifact) });
export const gateStatusList = z.object({ gates: z.array(gateStatus) });

export const upload = z.object({
  upload_id: uuid7,
  /** Name to give as `path` in a brief's sources or images. */
  path: z.string(),
  sha256,
  size_bytes: z.int(),
  media_type: z.string(),
});
export type Upload = z.infer<typeof upload>;

export const health = z.object({
  status: z.literal("ok"),
  version: z.string(),
  uptime_s: z.number(),
});
export type Health = z.infer<typeof health>;

export const cancelJob = z.strictObject({ notes: notes.optional() });

/** One artifact with every version it ever had, oldest first. */
export const artifactDetail = artifact.extend({
  versions: z.array(artifact),
  /** Why no earlier version of it can stand again: what to change instead. null where one can. */
  change_instead: z.string().nullable(),
});
export type ArtifactDetail = z.infer<typeof artifactDetail>;

/** `POST /jobs/{id}/artifacts/{artifact_id}/revert`: this version stands again, as the newest one. */
export const revertArtifact = z.strictObject({ version: z.int().min(1) });

/** The gates somebody or something has decided, in the pipeline's order: the last decision of each. */
export const decisionList = z.object({ decisions: z.array(gate) });

/** One kind of patch: the stages whose output it fits (`*` = any stage with a text or JSON artifact). */
export const patchKind = z.object({
  type: z.string(),
  stages: z.array(z.string()),
  description: z.string(),
  /** JSON Schema (2020-12) of the patch. */
  schema: z.record(z.string(), z.unknown()),
  example: patch,
});
export const patchKindList = z.object({ types: z.array(patchKind) });
export type PatchKind = z.infer<typeof patchKind>;

export const pipelineList = z.object({ pipelines: z.array(pipeline) });

export const CONFIG_KINDS = [
  "brief",
  "operator",
  "global",
  "render",
  "modules",
  "pipeline",
  "builtin_writer",
] as const;
export const configKind = z.enum(CONFIG_KINDS);
export type ConfigKind = z.infer<typeof configKind>;

/** `POST /config/validate`: the text of a YAML (or JSON) file and what it is meant to be. */
export const validateConfig = z.strictObject({ kind: configKind, text: z.string().max(1_000_000) });
/**
 * What a start would say if this text stood in place of the server's own file. `errors` would keep it from starting;
 * `warnings` would not (a webhook whose key is not set is switched off, a gate may turn out to have nobody to decide it).
 */
export const configReport = z.object({
  valid: z.boolean(),
  errors: z.array(configProblem),
  warnings: z.array(configProblem),
});
export type ConfigReport = z.infer<typeof configReport>;

/** `POST /compile-brief`: a brief as YAML or JSON text, or fields laid over the default brief. */
export const compileBrief = z
  .strictObject({
    text: z.string().min(1).max(200_000).optional(),
    brief_config: z.record(z.string(), z.unknown()).optional(),
  })
  .refine(
    (b) => (b.text === undefined) !== (b.brief_config === undefined),
    "give exactly one of text or brief_config",
  );
export type CompileBrief = z.infer<typeof compileBrief>;
export const compiledBrief = z.object({ brief });

/**
 * `POST /tickets`. `stream`: opens one event stream, once, within 30 s. `content`: reads the artifacts of one job
 * for as long as a person may watch it, for `<video src>` and links, which cannot send a header.
 */
export const createTicket = z
  .strictObject({
    use: z.enum(["stream", "content"]).default("stream"),
    /** Of which job; for `content` only. */
    job_id: uuid7.optional(),
  })
  .refine((t) => (t.use === "content") === (t.job_id !== undefined), {
    message: "a content ticket names its job, a stream ticket none",
    path: ["job_id"],
  });
export type CreateTicket = z.infer<typeof createTicket>;
export type CreateTicketInput = z.input<typeof createTicket>;
export const ticket = z.object({ ticket: z.string(), expires_at: instant });
export type Ticket = z.infer<typeof ticket>;
