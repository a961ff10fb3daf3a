import type { Patch } from "@greenlight/contract/patch";
import { type PreparedPatch, Rejection } from "../domain/commands.ts";
import { isRebuildPatch } from "../domain/patches.ts";
import type { JobState } from "../domain/state.ts";
import { checkRebuild, type RebuildDeps } from "./check-rebuild.ts";
import { type EditDeps, editOutput } from "./edit-output.ts";
import { revertOutputs, revertSource } from "./revert-outputs.ts";
import { namedBeats } from "./settle-patches.ts";

export type PatchDeps = EditDeps & RebuildDeps;

/**
 * Applies a patch to what stands, without changing the job: the new content is stored, and the command built on the
 * result is refused if the artifact changed in between. @throws Rejection patch_*
 */
export async function preparePatch(
  patch: Patch,
  stage: string,
  state: JobState,
  deps: PatchDeps,
): Promise<PreparedPatch> {
  const made = state.artifacts.filter((a) => a.stage === stage);
  if (!state.plan.some((s) => s.id === stage))
    throw new Rejection("stage_not_found", `the pipeline ${state.pipeline} has no stage ${stage}`);
  const named = await namedBeats(patch, stage, state, deps.objects);
  const beats = named.length > 0 ? { beats: named } : {};
  if (isRebuildPatch(patch)) {
    await checkRebuild(patch, stage, state, deps);
    return { patch, ...beats, effect: { kind: "rebuild" } };
  }
  if (patch.type === "revert") {
    const versionsOf = revertSource(state, stage, deps.store);
    const [first, ...also] = (await revertOutputs(patch, stage, made, versionsOf)).flatMap(
      ({ name, base_sha256, now }) =>
        made.filter((a) => a.name === name).map(({ id }) => ({ artifact_id: id, base_sha256, ...now })),
    );
    if (!first) throw new Rejection("patch_target_missing", `${stage} has no artifact ${patch.artifact}`);
    return { patch, effect: { kind: "content", ...first, also } };
  }
  const [first, ...also] = (await editOutput(patch, stage, made, state.cfg, deps)).flatMap(
    ({ name, base, stored }) =>
      made
        .filter((a) => a.name === name)
        .map(({ id }) => ({ artifact_id: id, base_sha256: base, ...stored })),
  );
  if (!first) throw new Rejection("patch_target_missing", `${stage} has none of what the patch changes`);
  return { patch, ...beats, effect: { kind: "content", ...first, also } };
}
