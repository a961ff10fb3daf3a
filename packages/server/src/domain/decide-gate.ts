import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { GateConfig } from "@greenlight/contract/gate";
import { type GateDecision, Rejection } from "./commands.ts";
import { layPatch, reopenForPatch } from "./decide-patch.ts";
import { advance } from "./decide-stage.ts";
import type { Draft } from "./draft.ts";
import { sameVersions, standing } from "./gates.ts";
import { emitGateOpened } from "./open-gate.ts";
import type { JobState } from "./state.ts";

/** Approves, with a patch first if there is one. Before `min_approvals` names have approved, it only counts. */
export function approveGate(draft: Draft, decision: GateDecision): void {
  const config = requireDecidable(draft.state, decision);
  const { stage, by, notes, patch } = decision;
  requireMayApprove(draft, config, decision);
  if (patch) layPatch(draft, stage, by, patch, null);
  // Others have yet to see what the patch made; a lone approver has.
  if (patch && config.min_approvals > 1) reopenForPatch(draft, stage, by);
  const final = approvers(draft, stage).length + 1 >= config.min_approvals;
  draft.emit("gate_approved", stage, {
    by,
    notes,
    artifact_sha256s: standing(draft.state, stage),
    patch: patch?.patch ?? null,
    final,
  });
  if (final) advance(draft, decision.keep_lane);
}

/** Names whose approvals count at the open gate. */
function approvers(draft: Draft, stage: string): string[] {
  return draft.state.gates.find((g) => g.stage === stage)?.approvals.map((a) => a.by) ?? [];
}

function requireMayApprove(draft: Draft, config: GateConfig, { stage, by, patch }: GateDecision): void {
  if (config.no_self_approval && by === draft.state.submitted_by)
    throw new Rejection("self_approval_refused", `${by} submitted the job; ${stage} needs somebody else`);
  if (approvers(draft, stage).includes(by))
    throw new Rejection("gate_already_decided", `${by} has approved ${stage} already; it needs another name`);
  if (patch?.effect.kind === "rebuild" && config.min_approvals > 1)
    throw new Rejection(
      "patch_not_applicable",
      `${stage} needs ${config.min_approvals} approvals of what the patch will make: apply the patch, then approve`,
    );
}

/** Rejects: the job pauses. With a patch the patch mends what was wrong, and counts as this person's approval. */
export function rejectGate(draft: Draft, decision: GateDecision, beats: readonly FeedbackNote[]): void {
  requireDecidable(draft.state, decision);
  const { stage, by, notes, patch } = decision;
  if (patch && beats.length > 0)
    throw new Rejection("invalid_field", "a patch mends what is wrong: reject beats, or send a patch", [
      { pointer: "/beats", message: "sent together with a patch", remedy: "Leave out beats or patch." },
    ]);
  const artifact_sha256s = standing(draft.state, stage);
  draft.emit("gate_rejected", stage, { by, notes, patch: patch?.patch ?? null, artifact_sha256s, beats });
  if (patch) return approveAfterReject(draft, decision);
  draft.emit("job_paused", stage, { by, reason: "rejected", notes });
}

/** Opens a rejected gate again for the patched version and approves it in the same breath. */
export function approveAfterReject(draft: Draft, decision: GateDecision): void {
  emitGateOpened(draft, decision.stage, true);
  approveGate(draft, decision);
}

/** What a gate does when nobody decided in time. A timer that was cancelled meanwhile does nothing. */
export function fireTimer(draft: Draft, timerId: string): void {
  const timer = draft.state.timers.find((t) => t.id === timerId);
  if (!timer || Date.parse(timer.fire_at) > draft.now) return;
  if (timer.kind === "reminder") return remind(draft, timer.stage);
  const { stage } = timer;
  const config = draft.state.plan.find((s) => s.id === stage)?.gate;
  const artifact_sha256s = standing(draft.state, stage);
  switch (config?.on_timeout) {
    case "reject":
      draft.emit("gate_rejected", stage, {
        by: "timer",
        notes: null,
        patch: null,
        artifact_sha256s,
        beats: [],
      });
      return draft.emit("job_paused", stage, { by: "timer", reason: "rejected", notes: null });
    case "cancel":
      return draft.emit("job_canceled", null, {
        by: "timer",
        notes: `the gate ${stage} was not decided in time`,
      });
    default:
      draft.emit("gate_auto_approved", stage, { by: "timer", artifact_sha256s });
      return advance(draft, false);
  }
}

function remind(draft: Draft, stage: string): void {
  const opened_at = draft.state.gates.find((g) => g.stage === stage)?.opened_at ?? draft.at();
  const timeout = draft.state.timers.find((t) => t.stage === stage && t.kind === "timeout");
  draft.emit("gate_reminded", stage, { opened_at, timeout_at: timeout?.fire_at ?? null });
}

/**
 * Refuses a decision that may not be taken whatever it says: not at this gate, not now, not by this name, or of other
 * versions. @throws Rejection stage_not_found, gate_not_open, gate_already_decided, approver_not_allowed, gate_stale_artifact
 */
export function requireDecidable(
  state: JobState,
  decision: Omit<GateDecision, "patch" | "keep_lane" | "notes">,
): GateConfig {
  const { stage, by } = decision;
  const plan = state.plan.find((s) => s.id === stage);
  if (!plan) throw new Rejection("stage_not_found", `the pipeline ${state.pipeline} has no stage ${stage}`);
  const gate = state.gates.find((g) => g.stage === stage);
  if (!plan.gate || !gate) throw new Rejection("gate_not_open", `the stage ${stage} has no gate`);
  const open = state.status === "needs_approval" && state.plan[state.position]?.id === stage;
  if (!open) {
    if (gate.approved !== null)
      throw new Rejection(
        "gate_already_decided",
        `${gate.by} ${gate.approved ? "approved" : "rejected"} ${stage} at ${gate.at}`,
      );
    throw new Rejection("gate_not_open", `the gate ${stage} is not open; the job is ${state.status}`);
  }
  if (plan.gate.approvers.length > 0 && !plan.gate.approvers.includes(by))
    throw new Rejection("approver_not_allowed", `${stage} is decided by ${plan.gate.approvers.join(", ")}`);
  // Also one that was not named has changed since: it had not been looked at.
  const looked = decision.artifact_sha256s;
  if (looked && !sameVersions(looked, standing(state, stage)))
    throw new Rejection("gate_stale_artifact", `an artifact of ${stage} has changed since it was looked at`);
  return plan.gate;
}
