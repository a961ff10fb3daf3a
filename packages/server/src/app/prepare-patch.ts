import type { ArtifactKind } from "@greenlight/contract/artifact";
import { outline, research, timing } from "@greenlight/contract/documents";
import type { Patch } from "@greenlight/contract/patch";
import { type Storyboard, storyboard } from "@greenlight/contract/storyboard";
import type { z } from "zod";
import { type PreparedPatch, Rejection } from "../domain/commands.ts";
import { type EditPatch, isRebuildPatch, PATCH_TARGETS, patchJson, patchText } from "../domain/patches.ts";
import type { JobState } from "../domain/state.ts";
import { fieldErrors } from "./field-errors.ts";
import type { BriefMedia } from "./ports/brief-media.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { ObjectStore, StoredObject } from "./ports/object-store.ts";
import { revertOutputs, revertSource } from "./revert-outputs.ts";
import { beatIds } from "./storyboard-beats.ts";

/** What the JSON artifacts of the built-in stages must be, before and after a patch. */
const SCHEMAS: Partial<Record<ArtifactKind, z.ZodType>> = {
  outline,
  research_data: research,
  storyboard,
  timing,
};

export type PatchDeps = EditDeps & {
  readonly store: EventStore;
  readonly media: Pick<BriefMedia, "picture" | "clip">;
};

/** What an edit of a stored artifact needs. */
export type EditDeps = {
  readonly objects: ObjectStore;
  /** What the scene of a beat must be for the renderer to draw it. */
  readonly scene: z.ZodType;
};

type Target = {
  readonly name: string;
  readonly kind: ArtifactKind;
  readonly sha256: string;
  readonly media_type: string;
};

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
  if (isRebuildPatch(patch)) {
    await checkRebuild(patch, stage, state, deps);
    return { patch, effect: { kind: "rebuild" } };
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
  const { name, base, stored } = await patchOutput(patch, stage, made, deps);
  const artifact = made.find((a) => a.name === name);
  if (!artifact) throw new Rejection("patch_target_missing", `${stage} has no artifact ${name}`);
  return { patch, effect: { kind: "content", artifact_id: artifact.id, base_sha256: base, ...stored } };
}

/** Applies an edit to one of these outputs and stores the result. */
export async function patchOutput(
  patch: EditPatch,
  stage: string,
  outputs: readonly Target[],
  { objects, scene }: EditDeps,
): Promise<{ name: string; base: string; stored: StoredObject }> {
  const target = choose(patch, stage, outputs);
  const before = new TextDecoder().decode(await objects.read(target.sha256));
  const after =
    target.media_type === "application/json"
      ? patchedJson(before, patch, target, scene)
      : patchText(before, patch);
  if (after === before) throw new Rejection("patch_no_change", `the patch leaves ${target.name} as it is`);
  return {
    name: target.name,
    base: target.sha256,
    stored: await objects.put(new TextEncoder().encode(after)),
  };
}

/** The output an edit is for. Where several would fit, it must name one: nothing is changed by guess. */
function choose<T extends Target>(patch: EditPatch, stage: string, outputs: readonly T[]): T {
  const kind = PATCH_TARGETS[patch.type];
  const named = "artifact" in patch ? patch.artifact : undefined;
  const accepted =
    patch.type === "json_patch" && !named
      ? /^application\/json$/
      : /^(text\/(markdown|plain)|application\/json)$/;
  const fitting = outputs.filter(
    (o) => accepted.test(o.media_type) && (named ? o.name === named : kind === null || o.kind === kind),
  );
  const names = (of: readonly T[]) => of.map((o) => o.name).join(", ");
  const [target] = fitting;
  if (!target)
    throw named
      ? new Rejection("patch_target_missing", `${stage} has no text or JSON artifact named ${named}`, [
          {
            pointer: "/artifact",
            message: "no such text or JSON artifact",
            remedy: `give one of: ${names(outputs.filter((o) => accepted.test(o.media_type)))}`,
          },
        ])
      : new Rejection("patch_not_applicable", `${patch.type} does not fit what ${stage} makes`);
  if (kind === null && fitting.length > 1)
    throw new Rejection("patch_target_missing", `${patch.type} fits ${fitting.length} outputs of ${stage}`, [
      {
        pointer: "/artifact",
        message: "missing where several outputs fit",
        remedy: `give one of: ${names(fitting)}`,
      },
    ]);
  return target;
}

function patchedJson(before: string, patch: EditPatch, target: Target, scene: z.ZodType): string {
  const value: unknown = JSON.parse(before);
  const after = patchJson(value, patch);
  if (JSON.stringify(after) === JSON.stringify(value)) return before;
  const schema = schemaOf(target.kind, value, scene);
  const checked = schema?.safeParse(after);
  if (checked && !checked.success)
    throw new Rejection(
      "patch_invalid_result",
      `${target.name} would break its schema`,
      fieldErrors(checked.error),
    );
  if (target.kind === "storyboard") requireTimeToSpeak(storyboard.parse(after));
  return `${JSON.stringify(checked ? checked.data : after, null, 2)}\n`;
}

/** What was a scene must stay one; a pipeline of other programs may keep assets in a form of its own. */
function schemaOf(kind: ArtifactKind, before: unknown, scene: z.ZodType): z.ZodType | undefined {
  return kind === "asset" && scene.safeParse(before).success ? scene : SCHEMAS[kind];
}

function requireTimeToSpeak(board: Storyboard): void {
  const short = board.beats.flatMap(({ id, duration_s, speech_s }, index) =>
    duration_s < speech_s ? [{ id, duration_s, speech_s, index }] : [],
  );
  const [first] = short;
  if (!first) return;
  throw new Rejection(
    "patch_too_short",
    `${first.id} speaks for ${first.speech_s.toFixed(2)} s; give it at least that instead of ${first.duration_s} s`,
    short.map(({ index, speech_s }) => ({
      pointer: `/beats/${index}/duration_s`,
      message: "shorter than the narration",
      remedy: `give at least ${speech_s}`,
    })),
  );
}

async function checkRebuild(
  patch: Extract<Patch, { type: "asset_replace" | "level_adjust" }>,
  stage: string,
  state: JobState,
  deps: PatchDeps,
): Promise<void> {
  const kind = PATCH_TARGETS[patch.type];
  const made = state.artifacts.filter((a) => a.stage === stage);
  if (!made.some((a) => a.kind === kind))
    throw new Rejection("patch_not_applicable", `${patch.type} does not fit what ${stage} makes`);
  if (patch.type === "asset_replace") {
    const upload = await deps.store.findUpload(patch.upload_id);
    if (!upload) throw new Rejection("upload_not_found", `there is no upload ${patch.upload_id}`);
    const medium = /^(image|video)\//.exec(upload.media_type)?.[1];
    if (!medium)
      throw new Rejection(
        "unsupported_media_type",
        `${upload.path} is ${upload.media_type}; a beat shows a picture or a video: give a PNG, JPEG, WebP, MP4, WebM or MOV`,
      );
    const path = await deps.objects.localPath(upload.sha256);
    await (medium === "video" ? deps.media.clip(path) : deps.media.picture(path));
  }
  if (patch.type === "level_adjust" && patch.level_change_db === 0)
    throw new Rejection("patch_no_change", "a change of 0 dB changes nothing");
  if (patch.type === "level_adjust" && patch.beat_id !== undefined && patch.track === "music")
    throw new Rejection(
      "patch_not_applicable",
      "the music runs through all beats: leave beat_id out, or track",
    );
  if (patch.beat_id !== undefined) await requireBeat(patch.beat_id, state, deps.objects);
}

async function requireBeat(id: string, state: JobState, objects: ObjectStore): Promise<void> {
  const known = await beatIds(state, objects);
  if (known === null) throw new Rejection("patch_target_missing", "the job has no storyboard yet");
  if (!known.includes(id)) throw new Rejection("patch_target_missing", `the storyboard has no beat ${id}`);
}
