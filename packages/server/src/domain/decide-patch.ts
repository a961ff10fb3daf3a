import type { Artifact } from "@greenlight/contract/artifact";
import type { Patch } from "@greenlight/contract/patch";
import { type Command, type ContentChange, type PreparedPatch, Rejection } from "./commands.ts";
import { advance, stageState } from "./decide-stage.ts";
import type { Draft } from "./draft.ts";
import { isCounting } from "./gates.ts";
import { dropOldApproval, emitGateOpened, openGate, voidBehind, voidGate } from "./open-gate.ts";
import { isRebuildPatch } from "./patches.ts";
import { pauseAsAsked } from "./pause.ts";
import type { JobState } from "./state.ts";

/**
 * Lays a patch over a stage's output: kept with the stage for its next runs, and either its new artifact version is
 * recorded, or the stage is marked to run again with it.
 */
export function layPatch(
  draft: Draft,
  stage: string,
  by: string,
  prepared: PreparedPatch,
  staleFrom: string | null,
): void {
  const { patch, effect, beats } = prepared;
  const applied = { by, patch, effect: effect.kind, stale_from: staleFrom, ...(beats && { beats }) };
  if (effect.kind === "rebuild") return draft.emit("patch_applied", stage, applied);
  const changes = [effect, ...(effect.also ?? [])].map((change) => ({
    change,
    before: requireBase(draft.state, stage, change),
  }));
  draft.emit("patch_applied", stage, applied);
  for (const { change, before } of changes)
    draft.emit("artifact_created", stage, {
      artifact: {
        ...before,
        sha256: change.sha256,
        size_bytes: change.size_bytes,
        media_type: change.media_type ?? before.media_type,
        version: before.version + 1,
        created_at: draft.at(),
        meta: { ...(change.meta ?? before.meta), patched_by: by },
      },
    });
}

/** The artifact that a change is for, as it was when the change was made. */
function requireBase(state: JobState, stage: string, change: ContentChange): Artifact {
  const before = state.artifacts.find((a) => a.id === change.artifact_id && a.stage === stage);
  if (!before) throw new Rejection("patch_target_missing", `${stage} has no artifact ${change.artifact_id}`);
  if (before.sha256 !== change.base_sha256)
    throw new Rejection("version_conflict", `${before.name} changed while the patch was applied`);
  if (before.sha256 === change.sha256)
    throw new Rejection("patch_no_change", `the patch leaves ${before.name} as it is`);
  return before;
}

/**
 * An open gate opens anew for the version that a patch has made: approvals given so far named another one, and its timer
 * is to leave as long to look at this one. A gate that a pause closed does so on resume.
 */
export function reopenForPatch(draft: Draft, stage: string, by: string): void {
  const gate = draft.state.gates.find((g) => g.stage === stage);
  if (gate?.approved !== null) return;
  const counted = gate.approvals.length > 0;
  const timed = draft.state.timers.some((t) => t.stage === stage);
  if (counted) voidGate(draft, stage, "changed", `${stage} was patched by ${by}`);
  if (gate.opened_at !== null && (counted || timed)) emitGateOpened(draft, stage, true);
}

/**
 * A patch without a decision. What later stages made of the old version becomes stale and is run again, and an approval
 * of the old version no longer counts.
 */
export function applyPatchNow(draft: Draft, command: Extract<Command, { type: "apply_patch" }>): void {
  const { stage, by, patch } = command;
  const { state } = draft;
  const index = requirePatchable(state, stage, patch.patch);
  const rebuilds = patch.effect.kind === "rebuild";
  const used = rebuilds || state.position > index;
  if (!used) {
    layPatch(draft, stage, by, patch, null);
    return reopenForPatch(draft, stage, by);
  }
  const why = `${stage} was patched by ${by}`;
  const staleFrom = state.plan[rebuilds ? index : index + 1]?.id ?? null;
  const pause = state.pause_requested;
  if (state.running)
    draft.emit("stage_interrupted", state.running.stage, { attempt: state.running.attempt, reason: "patch" });
  if (draft.current && isCounting(state, draft.current.id)) voidGate(draft, draft.current.id, "stale", why);
  layPatch(draft, stage, by, patch, staleFrom);
  if (staleFrom && (state.status === "completed" || state.status === "failed"))
    draft.emit("job_retried", staleFrom, {
      by,
      from_stage: staleFrom,
      reason: "patch",
      notes: null,
      keep_patches: true,
      keep_notes: true,
    });
  if (staleFrom) voidBehind(draft, staleFrom, false, why);
  // A stage that is run again settles its gate when it has ended.
  const asks = !rebuilds && dropOldApproval(draft, stage, why);
  // The attempt that the pause waited for has ended here.
  if (pause) pauseAsAsked(draft, pause);
  const gated = state.gates.some((g) => g.stage === stage);
  if (!asks || !gated || draft.state.status === "paused") return;
  if (!openGate(draft, stage)) advance(draft, false);
}

/**
 * Index of the stage, if what it made can be patched now.
 * @throws Rejection stage_not_found, invalid_transition, patch_target_missing
 */
export function requirePatchable(state: JobState, stage: string, patch: Patch): number {
  const { status } = stageState(state, stage);
  const index = state.plan.findIndex((s) => s.id === stage);
  if (state.status === "canceled")
    throw new Rejection("invalid_transition", "the job is canceled; retry it, then patch");
  // What a failed stage made before can still be made differently: that may be what it needs.
  const again =
    isRebuildPatch(patch) &&
    (status === "failed" || status === "stale") &&
    state.artifacts.some((a) => a.stage === stage);
  if ((status !== "completed" && !again) || index > state.position)
    throw new Rejection("patch_target_missing", `${stage} has no finished output to patch`);
  return index;
}
