import { z } from "zod";
import { instant, sha256, stageId } from "./ids.ts";
import { patch } from "./patch.ts";

/** Who decided: a person's (token's) name, or `auto`, `timer`, `automation`. */
export const gate = z.object({
  stage: stageId,
  required: z.boolean(),
  /** null while nobody has decided. */
  approved: z.boolean().nullable(),
  by: z.string().nullable(),
  at: instant.nullable(),
  notes: z.string().nullable(),
  patch: patch.nullable(),
  auto_approved: z.boolean(),
  /** null until the stage has finished for the first time. */
  opened_at: instant.nullable(),
  /** The artifact versions that stood at the gate when it was decided (or stand there now). */
  artifact_sha256s: z.array(sha256),
});
export type Gate = z.infer<typeof gate>;

export const gateStatus = gate.extend({
  has_patch: z.boolean(),
  timeout_s: z.number().nullable(),
  time_remaining_s: z.number().nullable(),
  time_elapsed_s: z.number().nullable(),
});
export type GateStatus = z.infer<typeof gateStatus>;

export const ON_TIMEOUT = ["approve", "reject", "cancel"] as const;

/** What `conf/operator.yaml` says of one stage's gate. */
export const gateConfig = z.strictObject({
  required: z.boolean().default(false),
  auto_approve: z.boolean().default(false),
  auto_approve_after_s: z.number().positive().max(31_536_000).nullable().default(null),
  on_timeout: z.enum(ON_TIMEOUT).default("approve"),
  approvers: z.array(z.string().min(1)).default([]),
  min_approvals: z.int().min(1).max(20).default(1),
  even_in_automation: z.boolean().default(false),
});
export type GateConfig = z.infer<typeof gateConfig>;
