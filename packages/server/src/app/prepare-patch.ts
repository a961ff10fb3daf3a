import type { ArtifactKind } from "@greenlight/contract/artifact";
import { outline, research } from "@greenlight/contract/documents";
import type { JobCfg } from "@greenlight/contract/job";
import type { Patch } from "@greenlight/contract/patch";
import { storyboard } from "@greenlight/contract/storyboard";
import type { z } from "zod";
import { checkLevel } from "../domain/check-level.ts";
import { type PreparedPatch, Rejection } from "../domain/commands.ts";
import {
  type EditPatch,
  isRebuildPatch,
  NOT_EDITED,
  PATCH_TARGETS,
  patchJson,
  patchText,
} from "../domain/patches.ts";
import type { JobState } from "../domain/state.ts";
import { fieldErrors } from "./field-errors.ts";
import type { BriefMedia } from "./ports/brief-media.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { NarrationMeter } from "./ports/narration-meter.ts";
import type { ObjectStore, StoredObject } from "./ports/object-store.ts";
import type { StillDrawer } from "./ports/still-drawer.ts";
import { revertOutputs, revertSource } from "./revert-outputs.ts";
import { settleStoryboard } from "./settle-storyboard.ts";
import { beatIds } from "./storyboard-beats.ts";

/** What the JSON artifacts of the built-in stages must be, before and after a patch. */
const SCHEMAS: Partial<Record<ArtifactKind, z.ZodType>> = {
  outline,
  research_data: research,
  storyboard,
};

export type PatchDeps = EditDeps & {
  readonly store: EventStore;
  readonly media: Pick<BriefMedia, "picture">;
};

/** What an edit of a stored artifact needs. */
export type EditDeps = {
  readonly objects: ObjectStore;
  /** What the scene of a beat must be for the renderer to draw it. */
  readonly scene: z.ZodType;
  readonly stills: StillDrawer;
  readonly narration: NarrationMeter;
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
  const [first, ...also] = (await patchOutput(patch, stage, made, state.cfg, deps)).flatMap(
    ({ name, base, stored }) =>
      made
        .filter((a) => a.name === name)
        .map(({ id }) => ({ artifact_id: id, base_sha256: base, ...stored })),
  );
  if (!first) throw new Rejection("patch_target_missing", `${stage} has none of what the patch changes`);
  return { patch, effect: { kind: "content", ...first, also } };
}

export type Changed = { readonly name: string; readonly base: string; readonly stored: StoredObject };

/**
 * Applies an edit to one of these outputs and stores the result, first of what is returned. The still of a scene that
 * was edited is drawn again: people judge the beat by it.
 */
export async function patchOutput(
  patch: EditPatch,
  stage: string,
  outputs: readonly Target[],
  cfg: JobCfg,
  deps: EditDeps,
): Promise<Changed[]> {
  const { objects, scene, stills } = deps;
  const target = choose(patch, stage, outputs);
  const before = new TextDecoder().decode(await objects.read(target.sha256));
  const after =
    target.media_type === "application/json"
      ? await patchedJson(before, patch, target, cfg, deps)
      : patchText(before, patch);
  if (after === before) throw new Rejection("patch_no_change", `the patch leaves ${target.name} as it is`);
  const still = isScene(target, before, scene) ? stillOf(target, outputs) : undefined;
  // Drawn first: what cannot be drawn is refused before anything is stored.
  const drawn = still && (await stills.draw(JSON.parse(after), (id) => storedPicture(id, objects)));
  const changes = [await changeTo(target, new TextEncoder().encode(after), objects)];
  if (still && drawn) changes.push(await changeTo(still, drawn, objects));
  return changes.filter(({ base, stored }) => stored.sha256 !== base);
}

async function changeTo(target: Target, data: Uint8Array, objects: ObjectStore): Promise<Changed> {
  return { name: target.name, base: target.sha256, stored: await objects.put(data) };
}

async function storedPicture(id: string, objects: ObjectStore): Promise<string> {
  if (await objects.has(id)) return objects.localPath(id);
  throw new Rejection(
    "patch_invalid_result",
    `the scene shows a picture ${id.slice(0, 64)} that is not stored`,
    [
      {
        pointer: "/layers",
        message: "an image's id names no stored picture",
        remedy: "keep the id, or show another picture with asset_replace",
      },
    ],
  );
}

/** Whether it is a scene of the renderer; a pipeline of other programs may keep assets in a form of its own. */
function isScene(target: Target, content: string, scene: z.ZodType): boolean {
  const { kind, media_type } = target;
  return (
    kind === "asset" && media_type === "application/json" && scene.safeParse(JSON.parse(content)).success
  );
}

/** The still `b01.png` of the scene `b01.json`. */
function stillOf<T extends Target>(scene: Target, outputs: readonly T[]): T | undefined {
  const name = scene.name.replace(/\.json$/, ".png");
  return outputs.find((o) => o.kind === "asset" && o.name === name && o.media_type === "image/png");
}

/** The output an edit is for. Where several would fit, it must name one: nothing is changed by guess. */
function choose<T extends Target>(patch: EditPatch, stage: string, outputs: readonly T[]): T {
  const kind = PATCH_TARGETS[patch.type];
  const named = "artifact" in patch ? patch.artifact : undefined;
  const json = patch.type === "json_patch" && named === undefined;
  const readable = outputs.filter(
    (o) =>
      isEditable(o) && (kind === null || o.kind === kind) && (!json || o.media_type === "application/json"),
  );
  const fitting = readable.filter((o) => named === undefined || o.name === named);
  const names = (of: readonly T[]) => of.map((o) => o.name).join(", ");
  const [target, second] = fitting;
  if (target && !second) return target;
  if (target)
    throw new Rejection("patch_target_missing", `${patch.type} fits ${names(fitting)} of ${stage}`, [
      kind === null
        ? {
            pointer: "/artifact",
            message: "missing where several outputs fit",
            remedy: `give one of: ${names(fitting)}`,
          }
        : {
            pointer: "/type",
            message: `${patch.type} cannot say which of several outputs it is for`,
            remedy: `use replace with artifact: one of ${names(fitting)}`,
          },
    ]);
  const held = outputs.find((o) => o.name === named) ?? outputs.find((o) => NOT_EDITED[o.kind]);
  const instead = held && NOT_EDITED[held.kind];
  if (kind === null && instead && (named !== undefined || readable.length === 0))
    throw new Rejection("patch_not_applicable", `${held.name} cannot be edited; ${instead}`, [
      { pointer: named === undefined ? "/type" : "/artifact", message: "cannot be edited", remedy: instead },
    ]);
  if (named !== undefined)
    throw new Rejection("patch_target_missing", `${stage} has no text or JSON artifact named ${named}`, [
      {
        pointer: "/artifact",
        message: "no such text or JSON artifact",
        remedy:
          readable.length > 0
            ? `give one of: ${names(readable)}`
            : `${stage} makes none; patch another stage`,
      },
    ]);
  throw doesNotFit(patch, stage);
}

function doesNotFit({ type }: Patch, stage: string): Rejection {
  return new Rejection("patch_not_applicable", `${type} does not fit what ${stage} makes`, [
    {
      pointer: "/type",
      message: `does not fit what ${stage} makes`,
      remedy: "GET /api/v1/patches/types says which fits where",
    },
  ]);
}

function isEditable({ kind, media_type }: Target): boolean {
  return !NOT_EDITED[kind] && /^(text\/(markdown|plain)|application\/json)$/.test(media_type);
}

async function patchedJson(
  before: string,
  patch: EditPatch,
  target: Target,
  cfg: JobCfg,
  { scene, narration }: EditDeps,
): Promise<string> {
  const value: unknown = JSON.parse(before);
  const after = patchJson(value, patch);
  const same = (now: unknown) => JSON.stringify(now) === JSON.stringify(value);
  if (same(after)) return before;
  const schema = isScene(target, before, scene) ? frameKept(scene, value) : SCHEMAS[target.kind];
  const checked = schema?.safeParse(after);
  if (checked && !checked.success)
    throw new Rejection(
      "patch_invalid_result",
      `${target.name} would break its schema`,
      fieldErrors(checked.error),
    );
  const settled =
    target.kind === "storyboard"
      ? await settleStoryboard(patch, storyboard.parse(value), storyboard.parse(after), cfg, narration)
      : (checked?.data ?? after);
  return same(settled) ? before : `${JSON.stringify(settled, null, 2)}\n`;
}

/** A scene that stays one of the same beat and size: the film has its own, and a still is drawn in it. */
function frameKept(scene: z.ZodType, before: unknown): z.ZodType {
  const was = before as Record<string, unknown>;
  return scene.superRefine((now, check) => {
    for (const field of ["beat_id", "width", "height"])
      if ((now as Record<string, unknown>)[field] !== was[field])
        check.addIssue({ code: "custom", path: [field], message: `must stay ${JSON.stringify(was[field])}` });
  });
}

async function checkRebuild(
  patch: Extract<Patch, { type: "asset_replace" | "level_adjust" }>,
  stage: string,
  state: JobState,
  deps: PatchDeps,
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
    if (!/^image\//.test(upload.media_type))
      throw new Rejection("patch_invalid", `${upload.path} is ${upload.media_type}; a beat shows pictures`, [
        { pointer: at, message: `is ${upload.media_type}`, remedy: "upload a PNG, JPEG or WebP" },
      ]);
    await deps.media.picture(await deps.objects.localPath(upload.sha256));
    if (await isShown(upload.sha256, patch.beat_id, stage, state, deps))
      throw new Rejection("patch_no_change", `${patch.beat_id} shows ${upload.path} already`, [
        { pointer: at, message: "the beat shows this picture already", remedy: "give another picture" },
      ]);
  }
  if (patch.beat_id !== undefined) await requireBeat(patch.beat_id, state, deps.objects);
  if (patch.type === "asset_replace") return;
  const before = state.stages.find((s) => s.id === stage)?.patches ?? [];
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
  { store, objects }: PatchDeps,
): Promise<boolean> {
  const { status, patches } = state.stages.find((s) => s.id === stage) ?? { status: null, patches: [] };
  if (status !== "completed") {
    const last = patches.findLast((p) => p.type === "asset_replace" && p.beat_id === beatId);
    return last?.type === "asset_replace" && (await store.findUpload(last.upload_id))?.sha256 === sha256;
  }
  const scene = state.artifacts.find((a) => a.stage === stage && a.name === `${beatId}.json`);
  // A scene names the pictures it shows by their sha256.
  return scene !== undefined && new TextDecoder().decode(await objects.read(scene.sha256)).includes(sha256);
}

async function requireBeat(id: string, state: JobState, objects: ObjectStore): Promise<void> {
  const known = await beatIds(state, objects);
  if (known?.includes(id)) return;
  const detail = known ? `the storyboard has no beat ${id}` : "the job has no storyboard yet";
  throw new Rejection("patch_target_missing", detail, [
    {
      pointer: "/beat_id",
      message: "no beat has this id",
      remedy: known ? `use one of ${known.join(", ")}` : "wait for the storyboard",
    },
  ]);
}
