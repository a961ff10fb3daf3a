/** A process that draws one still and ends. */
import { BEAT_STILL_AT, sceneStill } from "@greenlight/media/render/scene-still";
import type { SceneSpec } from "@greenlight/media/scene/scene-spec";
import { answerParent } from "./ask-child.ts";

/** `images`: absolute path of each picture of the scene by its id. */
export type DrawStill = { readonly spec: SceneSpec; readonly images: Readonly<Record<string, string>> };
export type StillDrawn = { readonly png: Uint8Array } | { readonly message: string };

answerParent<DrawStill, StillDrawn>(async ({ spec, images }) => {
  try {
    return { png: await sceneStill(spec, BEAT_STILL_AT, async (id) => images[id] ?? "") };
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
});
