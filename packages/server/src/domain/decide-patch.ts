import { type Command, type PreparedPatch, Rejection } from "./commands.ts";
import { stageState } from "./decide-stage.ts";
import type { Draft } from "./draft.ts";

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
  const { patch, effect } = prepared;
  const applied = { by, patch, effect: effect.kind, stale_from: staleFrom };
  if (effect.kind === "rebuild") return draft.emit("patch_applied", stage, applied);
  const before = draft.state.artifacts.find((a) => a.id === effect.artifact_id && a.stage === stage);
  if (!before) throw new Rejection("patch_target_missing", `${stage} has no artifact ${effect.artifact_id}`);
  if (before.sha256 !== effect.base_sha256)
    throw new Rejection("version_conflict", `${before.name} changed while the patch was applied`);
  if (before.sha256 === effect.sha256)
    throw new Rejection("patch_no_change", `the patch leaves ${before.name} as it is`);
  draft.emit("patch_applied", stage, applied);
  draft.emit("artifact_created", stage, {
    artifact: {
      ...before,
      sha256: effect.sha256,
      size_bytes: effect.size_bytes,
      version: before.version + 1,
      created_at: draft.at(),
      meta: { ...before.meta, patched_by: by },
    },
  });
}

/** A patch without a decision. What later stages made of the old version becomes stale and is run again. */
export function applyPatchNow(draft: Draft, command: Extract<Command, { type: "apply_patch" }>): void {
  const { stage, by, patch } = command;
  const { state } = draft;
  const target = stageState(state, stage);
  const index = state.plan.findIndex((s) => s.id === stage);
  if (state.status === "canceled")
    throw new Rejection("invalid_transition", "the job is canceled; retry it, then patch");
  if (target.status !== "completed" || index > state.position)
    throw new Rejection("patch_target_missing", `${stage} has no finished output to patch`);
  const rebuilds = patch.effect.kind === "rebuild";
  const staleFrom = state.plan[rebuilds ? index : index + 1]?.id ?? null;
  const ended = state.status === "completed" || state.status === "failed";
  const used = rebuilds || state.position > index;
  if (!used) return layPatch(draft, stage, by, patch, null);
  const pausing = state.pause_requested !== null;
  if (state.running)
    draft.emit("stage_interrupted", state.running.stage, { attempt: state.running.attempt, reason: "patch" });
  const open = state.status === "needs_approval" ? draft.current : undefined;
  if (open) draft.emit("gate_voided", open.id, { reason: `${stage} was patched by ${by}` });
  layPatch(draft, stage, by, patch, staleFrom);
  if (ended && staleFrom)
    draft.emit("job_retried", staleFrom, { by, from_stage: staleFrom, reason: "patch" });
  // The attempt that the pause waited for has ended here.
  if (pausing)
    draft.emit("job_paused", draft.current?.id ?? null, { by: "operator", reason: "operator", notes: null });
}
