import { Rejection } from "../domain/commands.ts";
import type { PatchConflict } from "../domain/events.ts";
import { isRebuildPatch, type RebuildPatch } from "../domain/patches.ts";
import type { JobState, StageState } from "../domain/state.ts";
import { type EditDeps, editOutput } from "./edit-output.ts";
import { notesUnderPatch } from "./notes-under-patch.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { StageOutput } from "./ports/stage-executor.ts";
import { isOutdone, revertOutputs, revertSource } from "./revert-outputs.ts";
import { settlePatches } from "./settle-patches.ts";
import { beatIds } from "./storyboard-beats.ts";

type KeptPatchDeps = EditDeps & { readonly store: EventStore };

/**
 * Patches belong to the stage: they are laid over each new output in the order they were made, each over the beats it was
 * made for. `conflicts`: those that no longer fit, or whose beats are gone; `covered`: newer notes on what a patch lays over.
 * @throws Rejection unavailable, and whatever the stores throw
 */
export async function layKeptPatches(
  state: JobState,
  stage: StageState,
  made: readonly StageOutput[],
  deps: KeptPatchDeps,
): Promise<{ outputs: readonly StageOutput[]; conflicts: PatchConflict[]; covered: string[] }> {
  let outputs = made;
  const conflicts: PatchConflict[] = [];
  const covered = new Set<string>();
  const settled = await settlePatches(stage, state, deps.objects, made);
  for (const [index, { patch, gone, newer }] of settled.entries()) {
    if (gone !== null) {
      conflicts.push({ patch, code: "beat_not_found", message: gone });
      continue;
    }
    const later = settled.slice(index + 1).flatMap((one) => (one.gone === null ? [one.patch] : []));
    if (isRebuildPatch(patch)) {
      conflicts.push(...(await goneBeat(patch, state, deps)));
      const shown = outputs.filter((o) => patch.beat_id !== undefined && o.meta.beat_id === patch.beat_id);
      for (const wish of notesUnderPatch(patch, newer, shown)) covered.add(wish);
      continue;
    }
    const before = outputs;
    try {
      if (patch.type === "revert") {
        if (isOutdone(patch, outputs, later)) continue;
        const versionsOf = revertSource(state, stage.id, deps.store);
        for (const { name, now } of await revertOutputs(patch, stage.id, outputs, versionsOf))
          outputs = outputs.map((o) => (o.name === name ? { ...o, ...now } : o));
      } else {
        if (patch.type === "replace" && isOutdone(patch, outputs, later))
          throw new Rejection(
            "patch_not_applicable",
            `a newer patch gives ${patch.artifact} another picture`,
          );
        for (const { name, stored } of await editOutput(patch, stage.id, outputs, state.cfg, deps))
          outputs = outputs.map((o) => (o.name === name ? { ...o, ...stored } : o));
      }
      const changed = before.filter((o, n) => o.sha256 !== outputs[n]?.sha256);
      for (const wish of notesUnderPatch(patch, newer, changed)) covered.add(wish);
    } catch (error) {
      // A patch that could not be tried now says nothing of whether it fits.
      if (!(error instanceof Rejection) || error.code === "unavailable") throw error;
      // Already in the new output, or no longer fitting; the first needs no word.
      if (error.code !== "patch_no_change")
        conflicts.push({ patch, code: error.code, message: error.message });
    }
  }
  return { outputs, conflicts, covered: [...covered] };
}

/** The stage had such a patch before it ran, but nothing to show it on. */
async function goneBeat(
  patch: RebuildPatch,
  state: JobState,
  { objects }: KeptPatchDeps,
): Promise<PatchConflict[]> {
  if (patch.beat_id === undefined) return [];
  const known = await beatIds(state, objects);
  if (known === null || known.includes(patch.beat_id)) return [];
  const message = `the storyboard has no beat ${patch.beat_id} any more`;
  return [{ patch, code: "beat_not_found", message }];
}
