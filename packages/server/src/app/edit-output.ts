import type { ArtifactKind } from "@greenlight/contract/artifact";
import { outline, research } from "@greenlight/contract/documents";
import type { JobCfg } from "@greenlight/contract/job";
import { storyboard } from "@greenlight/contract/storyboard";
import type { z } from "zod";
import { Rejection } from "../domain/commands.ts";
import { type EditPatch, patchJson, patchText } from "../domain/patches.ts";
import { checkScript, checkStoryboard } from "./check-makeable.ts";
import { chooseOutput, type Target } from "./choose-output.ts";
import { fieldErrors } from "./field-errors.ts";
import type { NarrationMeter } from "./ports/narration-meter.ts";
import type { ObjectStore, StoredObject } from "./ports/object-store.ts";
import type { StillDrawer } from "./ports/still-drawer.ts";
import { settleStoryboard } from "./settle-storyboard.ts";

/** What the JSON artifacts of the built-in stages must be, before and after a patch. */
const SCHEMAS: Partial<Record<ArtifactKind, z.ZodType>> = {
  outline,
  research_data: research,
  storyboard,
};

/** What an edit of a stored artifact needs. */
export type EditDeps = {
  readonly objects: ObjectStore;
  /** What the scene of a beat must be for the renderer to draw it. */
  readonly scene: z.ZodType;
  readonly stills: StillDrawer;
  readonly narration: NarrationMeter;
};

export type Changed = { readonly name: string; readonly base: string; readonly stored: StoredObject };

/**
 * Applies an edit to one of these outputs and stores the result, first of what is returned. The still of a scene that
 * was edited is drawn again: people judge the beat by it.
 */
export async function editOutput(
  patch: EditPatch,
  stage: string,
  outputs: readonly Target[],
  cfg: JobCfg,
  deps: EditDeps,
): Promise<Changed[]> {
  const { objects, scene, stills } = deps;
  const target = chooseOutput(patch, stage, outputs);
  const before = new TextDecoder().decode(await objects.read(target.sha256));
  const after =
    target.media_type === "application/json"
      ? await patchedJson(before, patch, target, cfg, deps)
      : patchText(before, patch);
  if (target.kind === "script") checkScript(after);
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
      ? await settledStoryboard(patch, value, after, cfg, narration)
      : (checked?.data ?? after);
  return same(settled) ? before : `${JSON.stringify(settled, null, 2)}\n`;
}

async function settledStoryboard(
  patch: EditPatch,
  before: unknown,
  after: unknown,
  cfg: JobCfg,
  narration: NarrationMeter,
) {
  const [was, now] = [storyboard.parse(before), storyboard.parse(after)];
  checkStoryboard(was, now, cfg);
  return settleStoryboard(patch, was, now, cfg, narration);
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
