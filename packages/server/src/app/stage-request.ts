import { settleNotes } from "@greenlight/contract/settle-notes";
import { storyboard } from "@greenlight/contract/storyboard";
import { isRebuildPatch } from "../domain/patches.ts";
import type { JobState, PlannedStage, StageState } from "../domain/state.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { ObjectStore } from "./ports/object-store.ts";
import type { StageRequest } from "./ports/stage-executor.ts";
import { settlePatches } from "./settle-patches.ts";

/**
 * Everything of the job that the stage may see. Inputs are the outputs of the stages before it; notes and
 * patches of beats are given to the beats as they are numbered there now. `unmet`: one sentence for each note whose beat is gone.
 */
export async function stageRequest(
  state: JobState,
  plan: PlannedStage,
  stage: StageState,
  { store, objects }: { readonly store: EventStore; readonly objects: Pick<ObjectStore, "read"> },
): Promise<{ readonly request: StageRequest; readonly unmet: readonly string[] }> {
  const kept = (await settlePatches(stage, state, objects)).filter(({ gone }) => gone === null);
  const patches = kept.map(({ patch }) => patch).filter(isRebuildPatch);
  const uploads: Record<string, StageRequest["uploads"][string]> = {};
  for (const patch of patches) {
    const upload = patch.type === "asset_replace" ? await store.findUpload(patch.upload_id) : undefined;
    if (upload) uploads[upload.upload_id] = upload;
  }
  const before = new Set(state.plan.slice(0, state.position).map((s) => s.id));
  const inputs = state.artifacts
    .filter((a) => before.has(a.stage))
    .map(({ stage, kind, name, sha256, media_type, size_bytes, meta }) => ({
      stage,
      kind,
      name,
      sha256,
      media_type,
      size_bytes,
      meta,
    }));
  const { notes, unmet } = await settled(stage, inputs, objects);
  const request = {
    job: { id: state.id, slug: state.slug, intent: state.intent },
    stage: stage.id,
    uses: plan.uses,
    with: plan.with,
    attempt: state.running?.attempt ?? stage.attempt,
    token: state.running?.token ?? 0,
    cfg: state.cfg,
    feedback: notes,
    patches,
    uploads,
    inputs,
    timeout_s: plan.timeout_s,
  };
  return { request, unmet };
}

/** The stage that makes the storyboard has none among its inputs: its writer settles the notes on what it makes. */
async function settled(
  { feedback }: StageState,
  inputs: StageRequest["inputs"],
  objects: Pick<ObjectStore, "read">,
): Promise<ReturnType<typeof settleNotes> | { notes: StageState["feedback"]; unmet: string[] }> {
  const board = inputs.find((input) => input.kind === "storyboard");
  if (!board || !feedback.some((note) => note.beat)) return { notes: feedback, unmet: [] };
  const text = new TextDecoder().decode(await objects.read(board.sha256));
  return settleNotes(feedback, storyboard.parse(JSON.parse(text)).beats);
}
