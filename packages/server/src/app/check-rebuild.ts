import type { Patch } from "@greenlight/contract/patch";
import { checkLevel } from "../domain/check-level.ts";
import { Rejection } from "../domain/commands.ts";
import { PATCH_TARGETS, type RebuildPatch } from "../domain/patches.ts";
import type { JobState } from "../domain/state.ts";
import { doesNotFit } from "./choose-output.ts";
import type { BriefMedia } from "./ports/brief-media.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { ObjectStore } from "./ports/object-store.ts";
import { settlePatches } from "./settle-patches.ts";
import { beatIds } from "./storyboard-beats.ts";

export type RebuildDeps = {
  readonly objects: ObjectStore;
  readonly store: EventStore;
  readonly media: Pick<BriefMedia, "picture" | "clip">;
};

/**
 * Checks a patch that its stage must show by running again: an uploaded picture or video for a beat, a change of level.
 * @throws Rejection patch_* | upload_not_found | media_unreadable | media_not_usable
 */
export async function checkRebuild(
  patch: RebuildPatch,
  stage: string,
  state: JobState,
  deps: RebuildDeps,
): Promise<void> {
  const kind = PATCH_TARGETS[patch.type];
  const made = state.artifacts.filter((a) => a.stage === stage);
  if (!made.some((a) => a.kind === kind)) throw doesNotFit(patch, stage);
  if (patch.type === "asset_replace") {
    const upload = await deps.store.findUpload(patch.upload_id);
    const at = "/upload_id";
    if (!upload)
      throw new Rejection("upload_not_found", `there is no upload ${patch.upload_id}`, [
        {
          pointer: at,
          message: "no upload has this id",
          remedy: "give the id that POST /api/v1/uploads answers",
        },
      ]);
    const medium = /^(image|video)\//.exec(upload.media_type)?.[1];
    if (!medium)
      throw new Rejection(
        "patch_invalid",
        `${upload.path} is ${upload.media_type}; a beat shows a picture or a video`,
        [
          {
            pointer: at,
            message: `is ${upload.media_type}`,
            remedy: "upload a PNG, JPEG, WebP, MP4, WebM or MOV",
          },
        ],
      );
    const path = await deps.objects.localPath(upload.sha256);
    await (medium === "video" ? deps.media.clip(path) : deps.media.picture(path));
    if (await isShown(upload.sha256, patch.beat_id, stage, state, deps))
      throw new Rejection("patch_no_change", `${patch.beat_id} shows ${upload.path} already`, [
        { pointer: at, message: "the beat shows it already", remedy: "give another picture or video" },
      ]);
  }
  if (patch.beat_id !== undefined) await requireBeat(patch.beat_id, state, deps.objects);
  if (patch.type === "asset_replace") return;
  const before = await keptNow(stage, state, deps.objects);
  checkLevel(patch, before, (await beatIds(state, deps.objects)) ?? []);
  if (patch.track === "music" && !made.some((a) => a.kind === "music"))
    throw new Rejection("patch_target_missing", `${stage} made no music`, [
      {
        pointer: "/track",
        message: "there is no music",
        remedy: "adjust the voice; the brief decides about music",
      },
    ]);
}

/** Whether a beat shows a stored picture; while its stage has yet to run again, whether it is going to. */
async function isShown(
  sha256: string,
  beatId: string,
  stage: string,
  state: JobState,
  { store, objects }: RebuildDeps,
): Promise<boolean> {
  if (state.stages.find((s) => s.id === stage)?.status !== "completed") {
    const patches = await keptNow(stage, state, objects);
    const last = patches.findLast((p) => p.type === "asset_replace" && p.beat_id === beatId);
    return last?.type === "asset_replace" && (await store.findUpload(last.upload_id))?.sha256 === sha256;
  }
  const scene = state.artifacts.find((a) => a.stage === stage && a.name === `${beatId}.json`);
  // A scene names the pictures it shows by their sha256.
  return scene !== undefined && new TextDecoder().decode(await objects.read(scene.sha256)).includes(sha256);
}

/** The stage's patches under the ids that their beats have now, without those whose beats are gone. */
async function keptNow(id: string, state: JobState, objects: ObjectStore): Promise<Patch[]> {
  const stage = state.stages.find((s) => s.id === id);
  const settled = stage ? await settlePatches(stage, state, objects) : [];
  return settled.flatMap(({ patch, gone }) => (gone === null ? [patch] : []));
}

async function requireBeat(id: string, state: JobState, objects: ObjectStore): Promise<void> {
  const known = await beatIds(state, objects);
  if (known?.includes(id)) return;
  const detail = known ? `the storyboard has no beat ${id}` : "the job has no storyboard yet";
  throw new Rejection("beat_not_found", detail, [
    {
      pointer: "/beat_id",
      message: "no beat has this id",
      remedy: known ? `use one of ${known.join(", ")}` : "wait for the storyboard",
    },
  ]);
}
