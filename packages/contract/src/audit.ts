import { z } from "zod";
import { instant, sha256, stageId, uuid7 } from "./ids.ts";
import { jobMode } from "./job.ts";
import { VIAS } from "./origin.ts";
import { patch } from "./patch.ts";

export const AUDIT_ACTIONS = [
  "submit",
  "approve",
  "auto_approve",
  "reject",
  "void",
  "remind",
  "reschedule",
  "patch",
  "version",
  "drop",
  "request_pause",
  "pause",
  "resume",
  "cancel",
  "retry",
] as const;

/** A version of an artifact that a decision named; `name` and `version` are null where no artifact has this content. */
export const namedVersion = z.object({
  name: z.string().nullable(),
  version: z.int().min(1).nullable(),
  sha256,
});
export type NamedVersion = z.infer<typeof namedVersion>;

const versionMark = z.object({ version: z.int().min(1), sha256 });

/** What an entry changed. */
export const auditChange = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("job"),
    slug: z.string(),
    intent: z.string(),
    pipeline: z.string(),
    mode: jobMode,
    priority: z.int(),
    submitted_by: z.string(),
    seed: z.int(),
  }),
  /** `final`: the gate is decided by it; false for one of several approvals that are needed. */
  z.object({
    kind: z.literal("decision"),
    gate: stageId,
    approved: z.boolean(),
    final: z.boolean(),
    versions: z.array(namedVersion),
    patch: patch.nullable(),
    /** The beats that a reject wants made anew, each with what was said of it. */
    beats: z.array(z.object({ beat_id: z.string(), notes: z.string() })),
  }),
  /** `artifact`: the version it made; null where the stage itself runs again with the patch. */
  z.object({
    kind: z.literal("patch"),
    type: z.string(),
    patch,
    artifact: z
      .object({ id: uuid7, name: z.string(), before: versionMark.nullable(), after: versionMark })
      .nullable(),
    stale_from: stageId.nullable(),
  }),
  /** Made by an attempt of the stage, or by the patch of entry `patch_seq`; `provider` as in `meta.made_by`. */
  z.object({
    kind: z.literal("version"),
    artifact_id: uuid7,
    name: z.string(),
    version: z.int().min(1),
    sha256,
    attempt: z.int().nullable(),
    patch_seq: z.int().nullable(),
    provider: z.string(),
  }),
  /** Outputs that an attempt no longer makes: their versions stay readable, but no later stage sees them. */
  z.object({
    kind: z.literal("drop"),
    attempt: z.int(),
    artifacts: z.array(z.object({ artifact_id: uuid7, name: z.string(), version: z.int().min(1), sha256 })),
  }),
  /** `approvals_by`: whose approvals of `versions` no longer count. */
  z.object({
    kind: z.literal("void"),
    gate: stageId,
    cause: z.string(),
    reason: z.string(),
    approvals_by: z.array(z.string()),
    versions: z.array(namedVersion),
  }),
  z.object({ kind: z.literal("reminder"), opened_at: instant, timeout_at: instant.nullable() }),
  /** A gate's timers were moved as the clock was set, `step_ms` forward; times are null where no such timer runs. */
  z.object({
    kind: z.literal("reschedule"),
    cause: z.enum(["clock_set", "restart"]),
    step_ms: z.int(),
    timeout_at: instant.nullable(),
    timeout_was: instant.nullable(),
    remind_at: instant.nullable(),
    remind_was: instant.nullable(),
  }),
  z.object({ kind: z.literal("pause_request"), now: z.boolean() }),
  z.object({ kind: z.literal("pause"), reason: z.enum(["operator", "rejected"]) }),
  z.object({
    kind: z.literal("resume"),
    rerun_from: stageId.nullable(),
    keep_patches: z.boolean(),
    keep_notes: z.boolean(),
  }),
  z.object({ kind: z.literal("cancel") }),
  z.object({
    kind: z.literal("retry"),
    from_stage: stageId,
    reason: z.enum(["operator", "patch"]),
    keep_patches: z.boolean(),
    keep_notes: z.boolean(),
  }),
]);
export type AuditChange = z.infer<typeof auditChange>;

/**
 * One line of a job's audit: who did what, when, from where, and what it changed. `by` is the person's name, or
 * `auto`, `timer`, `automation`, `policy` or `engine`. `seq`, `event_id` and `hash` are those of the event it tells of.
 */
export const auditEntry = z.object({
  seq: z.int().min(1),
  event_id: uuid7,
  ts: instant,
  action: z.enum(AUDIT_ACTIONS),
  stage: stageId.nullable(),
  by: z.string(),
  via: z.enum(VIAS),
  token: z.string().nullable(),
  address: z.string().nullable(),
  link_id: z.string().nullable(),
  /** Who made the decision link; null without one, and for decisions from before it was kept. */
  link_made_by: z.string().nullable(),
  notes: z.string().nullable(),
  message: z.string(),
  change: auditChange,
  hash: sha256,
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const listAudit = z.strictObject({
  /** Seq of the last entry seen; 0 = from the first. */
  after_seq: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  /** `jsonl`: every entry after `after_seq`, one a line; the same as `Accept: application/jsonl`. */
  format: z.enum(["json", "jsonl"]).optional(),
});

/**
 * `GET /jobs/{id}/audit/chain`: whether every event is whole and as it was written, and the stored job is what they give.
 * Where it is not, `seq` is the first event that is not; null where all are, and the stored job differs. `head` is the hash of the newest event, to be noted elsewhere.
 */
export const chainReport = z.discriminatedUnion("intact", [
  z.object({ intact: z.literal(true), events: z.int(), head: sha256 }),
  z.object({ intact: z.literal(false), seq: z.int().nullable(), reason: z.string() }),
]);
export type ChainReport = z.infer<typeof chainReport>;

export const auditPage = z.object({
  entries: z.array(auditEntry),
  /** Pass as `after_seq` next time. */
  next_after_seq: z.int(),
  has_more: z.boolean(),
  /**
   * Hash of the job's newest event, null while there is none: whoever notes it can tell later that nothing up to it was
   * changed or cut off.
   */
  head: sha256.nullable(),
});
export type AuditPage = z.infer<typeof auditPage>;
