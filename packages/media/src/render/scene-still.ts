import { prepareScene } from "../scene/prepare-scene.ts";
import type { SceneSpec } from "../scene/scene-spec.ts";
import { drawStill } from "./thumbnail.ts";

/** When in a beat its picture is complete: the fraction of its length at which its still is taken. */
export const BEAT_STILL_AT = 0.8;

/** PNG of a scene in its own size at a fraction (0…1) of its length. @throws when an image cannot be read. */
export async function sceneStill(
  spec: SceneSpec,
  at: number,
  openImage: (id: string) => Promise<string>,
): Promise<Uint8Array> {
  const scene = await prepareScene(spec, { openImage });
  return drawStill(scene, spec.duration_s * at, spec.width, spec.height, "png");
}
