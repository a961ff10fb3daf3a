import { z } from "zod";
import { personName } from "./access.ts";
import { feedbackDirection } from "./feedback.ts";
import { instant, sha256, stageId } from "./ids.ts";
import { patch } from "./patch.ts";
import { uniqueList } from "./unique-list.ts";

/** One person's approval: `artifact_sha256s` are the versions that stood at the gate when it was given. */
export const approval = z.object({ by: z.string(), at: instant, artifact_sha256s: z.array(sha256) });
export type Approval = z.infer<typeof approval>;

/**
 * Who decided: a person's (token's) name, or `auto`, `timer`, `automation`, or `policy` (`reopen: never` let a changed
 * version pass).
 */
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
  /** null while it is not open: its stage has not finished, or a pause holds it. */
  opened_at: instant.nullable(),
  /** The artifact versions that stood at the gate when it was decided (or stand there now). */
  artifact_sha256s: z.array(sha256),
  /** Approvals that count towards `min_approvals`, oldest first; emptied when the artifacts change. */
  approvals: z.array(approval),
});
export type Gate = z.infer<typeof gate>;

export const ON_TIMEOUT = ["approve", "reject", "cancel"] as const;

export const gateStatus = gate.extend({
  has_patch: z.boolean(),
  timeout_s: z.number().nullable(),
  /** What happens when the timer ends; null without one. */
  on_timeout: z.enum(ON_TIMEOUT).nullable(),
  time_remaining_s: z.number().nullable(),
  time_elapsed_s: z.number().nullable(),
  /** Seconds until the reminder; null when none is to come. */
  remind_in_s: z.number().nullable(),
  min_approvals: z.int(),
  /** Names that may decide; empty = anyone whose role may. */
  approvers: z.array(z.string()),
  no_self_approval: z.boolean(),
  /** What the stage understands in the notes of a reject; empty where notes are for people only. */
  directions: z.array(feedbackDirection),
  /** What the stage's last run could not honour of its notes, also where it made the very same again. */
  feedback_unmet: z.array(z.string()),
});
export type GateStatus = z.infer<typeof gateStatus>;

/**
 * Whether a gate that was approved asks again when its stage ran again: only when the artifacts changed, always, or
 * never.
 */
export const REOPEN = ["changed", "always", "never"] as const;

/** What `conf/operator.yaml` says of one stage's gate. */
export const gateConfig = z
  .strictObject({
    required: z.boolean().default(false),
    auto_approve: z.boolean().default(false),
    auto_approve_after_s: z.number().positive().max(31_536_000).nullable().default(null),
    on_timeout: z.enum(ON_TIMEOUT).default("approve"),
    /** Seconds after opening at which a reminder is recorded while nobody has decided. */
    remind_after_s: z.number().positive().max(31_536_000).nullable().default(null),
    approvers: uniqueList(personName).default([]),
    min_approvals: z.int().min(1).max(20).default(1),
    /** Whoever submitted the job may not approve here. */
    no_self_approval: z.boolean().default(false),
    reopen: z.enum(REOPEN).default("changed"),
    even_in_automation: z.boolean().default(false),
  })
  .refine(
    (g) =>
      !(g.remind_after_s !== null && g.auto_approve_after_s !== null) ||
      g.remind_after_s < g.auto_approve_after_s,
    {
      path: ["remind_after_s"],
      message: "a reminder comes before the timer decides",
      params: { remedy: "Give fewer seconds than auto_approve_after_s, or take it out." },
    },
  )
  .refine((g) => g.approvers.length === 0 || new Set(g.approvers).size >= g.min_approvals, {
    path: ["min_approvals"],
    message: "it asks for more than there are approvers",
    params: { remedy: "Give at most as many as there are approvers, or name more of these." },
  });
export type GateConfig = z.infer<typeof gateConfig>;
