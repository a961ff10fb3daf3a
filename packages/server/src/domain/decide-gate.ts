import type { GateConfig } from "@greenlight/contract/gate";
import { type PreparedPatch, Rejection } from "./commands.ts";
import { layPatch } from "./decide-patch.ts";
import { advance, emitGateOpened, stageState } from "./decide-stage.ts";
import type { Draft } from "./draft.ts";

type GateDecision = {
  readonly stage: string;
  readonly by: string;
  readonly notes: string | null;
  readonly artifact_sha256s?: readonly string[] | undefined;
  readonly patch: PreparedPatch | null;
  readonly keep_lane: boolean;
};

/** Approves, with a patch first if there is one. Before `min_approvals` names have approved, it only counts. */
export function approveGate(draft: Draft, decision: GateDecision): void {
  const config = requireDecidable(draft, decision);
  const { stage, by, notes, patch } = decision;
  if (stageState(draft.state, stage).approved_by.includes(by))
    throw new Rejection("gate_already_decided", `${by} has approved ${stage} already; it needs another name`);
  if (patch) layPatch(draft, stage, by, patch, null);
  const final = stageState(draft.state, stage).approved_by.length + 1 >= config.min_approvals;
  draft.emit("gate_approved", stage, {
    by,
    notes,
    artifact_sha256s: standing(draft, stage),
    patch: patch?.patch ?? null,
    final,
  });
  if (final) advance(draft, decision.keep_lane);
}

/** Rejects: the job pauses. With a patch the patch mends what was wrong, and counts as this person's approval. */
export function rejectGate(draft: Draft, decision: GateDecision): void {
  requireDecidable(draft, decision);
  const { stage, by, notes, patch } = decision;
  draft.emit("gate_rejected", stage, { by, notes, patch: patch?.patch ?? null });
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
  const { stage } = timer;
  const config = draft.state.plan.find((s) => s.id === stage)?.gate;
  switch (config?.on_timeout) {
    case "reject":
      draft.emit("gate_rejected", stage, { by: "timer", notes: null, patch: null });
      return draft.emit("job_paused", stage, { by: "timer", reason: "rejected", notes: null });
    case "cancel":
      return draft.emit("job_canceled", null, {
        by: "timer",
        notes: `the gate ${stage} was not decided in time`,
      });
    default:
      draft.emit("gate_auto_approved", stage, { by: "timer", artifact_sha256s: standing(draft, stage) });
      return advance(draft, false);
  }
}

function standing(draft: Draft, stage: string): string[] {
  return draft.state.artifacts.filter((a) => a.stage === stage).map((a) => a.sha256);
}

function requireDecidable(draft: Draft, decision: GateDecision): GateConfig {
  const { state } = draft;
  const { stage, by } = decision;
  const plan = state.plan.find((s) => s.id === stage);
  if (!plan) throw new Rejection("stage_not_found", `the pipeline ${state.pipeline} has no stage ${stage}`);
  const gate = state.gates.find((g) => g.stage === stage);
  if (!plan.gate || !gate) throw new Rejection("gate_not_open", `the stage ${stage} has no gate`);
  const open = state.status === "needs_approval" && draft.current?.id === stage;
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
  const now = new Set(standing(draft, stage));
  if (decision.artifact_sha256s?.some((sha) => !now.has(sha)))
    throw new Rejection("gate_stale_artifact", `an artifact of ${stage} has changed since it was looked at`);
  return plan.gate;
}
