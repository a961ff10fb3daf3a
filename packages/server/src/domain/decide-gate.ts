import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { GateDecision } from "./commands.ts";
import { layPatch, reopenForPatch } from "./decide-patch.ts";
import { advance } from "./decide-stage.ts";
import type { Draft } from "./draft.ts";
import { standing } from "./gates.ts";
import { emitGateOpened } from "./open-gate.ts";
import { approversOf, requireDecidable, requireMayApprove, requireMayReject } from "./require-decision.ts";
import { timeLeft } from "./time-left.ts";

/** Approves, with a patch first if there is one. Before `min_approvals` names have approved, it only counts. */
export function approveGate(draft: Draft, decision: GateDecision): void {
  const config = requireDecidable(draft.state, decision);
  const { stage, by, notes, patch } = decision;
  requireMayApprove(draft.state, config, { stage, by, patch: patch?.patch ?? null });
  if (patch) layPatch(draft, stage, by, patch, null);
  // Others have yet to see what the patch made; a lone approver has.
  if (patch && config.min_approvals > 1) reopenForPatch(draft, stage, by);
  const final = approversOf(draft.state, stage).length + 1 >= config.min_approvals;
  draft.emit("gate_approved", stage, {
    by,
    notes,
    artifact_sha256s: standing(draft.state, stage),
    patch: patch?.patch ?? null,
    final,
  });
  if (final) advance(draft, decision.keep_lane);
}

/** Rejects: the job pauses. With a patch the patch mends what was wrong, and counts as this person's approval. */
export function rejectGate(draft: Draft, decision: GateDecision, beats: readonly FeedbackNote[]): void {
  const config = requireDecidable(draft.state, decision);
  const { stage, by, notes, patch } = decision;
  requireMayReject(draft.state, config, { stage, by, patch: patch?.patch ?? null, beats });
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
  if (!timer || timeLeft(timer, draft.now, draft.steady) > 0) return;
  if (timer.kind === "reminder") return remind(draft, timer.stage);
  const { stage } = timer;
  const config = draft.state.plan.find((s) => s.id === stage)?.gate;
  const artifact_sha256s = standing(draft.state, stage);
  const rejection = { by: "timer", notes: null, patch: null, artifact_sha256s, beats: [] };
  switch (config?.on_timeout) {
    case "reject":
      draft.emit("gate_rejected", stage, rejection);
      return draft.emit("job_paused", stage, { by: "timer", reason: "rejected", notes: null });
    case "cancel": {
      const notes = `the gate ${stage} was not decided in time`;
      draft.emit("gate_rejected", stage, {
        ...rejection,
        notes: `${notes}: job canceled`,
        cancels_job: true,
      });
      return draft.emit("job_canceled", null, { by: "timer", notes });
    }
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
