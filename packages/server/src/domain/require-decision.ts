import type { GateConfig } from "@greenlight/contract/gate";
import type { Patch } from "@greenlight/contract/patch";
import { type GateDecision, Rejection } from "./commands.ts";
import { withGate } from "./fold.ts";
import { gateConfigOf, sameVersions, standing } from "./gates.ts";
import { isRebuildPatch } from "./patches.ts";
import type { JobState } from "./state.ts";

/**
 * Refuses a decision that may not be taken whatever it says: not at this gate, not now, not by this name, or of other
 * versions. @throws Rejection stage_not_found, gate_not_open, gate_already_decided, approver_not_allowed, gate_stale_artifact
 */
export function requireDecidable(
  state: JobState,
  decision: Pick<GateDecision, "stage" | "by" | "artifact_sha256s">,
): GateConfig {
  const { stage, by } = decision;
  if (!state.plan.some((s) => s.id === stage))
    throw new Rejection("stage_not_found", `the pipeline ${state.pipeline} has no stage ${stage}`);
  const config = gateConfigOf(state, stage);
  const gate = state.gates.find((g) => g.stage === stage);
  if (!config || !gate) throw new Rejection("gate_not_open", `the stage ${stage} has no gate`);
  const open = state.status === "needs_approval" && state.plan[state.position]?.id === stage;
  if (!open) {
    if (gate.approved !== null)
      throw new Rejection(
        "gate_already_decided",
        `${gate.by} ${gate.approved ? "approved" : "rejected"} ${stage} at ${gate.at}`,
      );
    const hint = state.status === "paused" ? "; resume it first" : "";
    throw new Rejection("gate_not_open", `the gate ${stage} is not open; the job is ${state.status}${hint}`);
  }
  requireDecider(config, stage, by);
  // Also one that was not named has changed since: it had not been looked at.
  const looked = decision.artifact_sha256s;
  if (looked && !sameVersions(looked, standing(state, stage)))
    throw new Rejection("gate_stale_artifact", `an artifact of ${stage} has changed since it was looked at`);
  return config;
}

/**
 * Refuses an approval of a gate that `by` may decide, but not approve, or not with this patch.
 * @throws Rejection self_approval_refused, gate_already_decided, patch_not_applicable
 */
export function requireMayApprove(
  state: JobState,
  config: GateConfig,
  { stage, by, patch }: { readonly stage: string; readonly by: string; readonly patch: Patch | null },
): void {
  if (config.no_self_approval && by === state.submitted_by)
    throw new Rejection("self_approval_refused", `${by} submitted the job; ${stage} needs somebody else`);
  if (approversOf(state, stage).includes(by))
    throw new Rejection("gate_already_decided", `${by} has approved ${stage} already; it needs another name`);
  if (patch && isRebuildPatch(patch) && config.min_approvals > 1)
    throw new Rejection(
      "patch_not_applicable",
      `${stage} needs ${config.min_approvals} approvals of what the patch will make: apply the patch, then approve`,
    );
}

/**
 * As `requireMayApprove`, for a reject: its patch mends what was wrong and counts as this person's approval, so a patch
 * that may not be approved must not leave a rejected gate behind.
 * @throws Rejection invalid_field, and as `requireMayApprove`
 */
export function requireMayReject(
  state: JobState,
  config: GateConfig,
  decision: {
    readonly stage: string;
    readonly by: string;
    readonly patch: Patch | null;
    readonly beats: readonly unknown[];
  },
): void {
  if (decision.patch === null) return;
  if (decision.beats.length > 0)
    throw new Rejection("invalid_field", "a patch mends what is wrong: reject beats, or send a patch", [
      { pointer: "/beats", message: "sent together with a patch", remedy: "Leave out beats or patch." },
    ]);
  // The reject itself lets go of the approvals so far, this person's among them.
  requireMayApprove(withGate(state, decision.stage, { approvals: [] }), config, decision);
}

/** @throws Rejection approver_not_allowed */
export function requireDecider({ approvers }: GateConfig, stage: string, by: string): void {
  if (approvers.length > 0 && !approvers.includes(by))
    throw new Rejection("approver_not_allowed", `${stage} is decided by ${approvers.join(", ")}`);
}

/** Names whose approvals count at the open gate. */
export function approversOf(state: JobState, stage: string): string[] {
  return state.gates.find((g) => g.stage === stage)?.approvals.map((a) => a.by) ?? [];
}
