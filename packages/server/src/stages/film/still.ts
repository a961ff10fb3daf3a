import { drawStill } from "@greenlight/media/render/thumbnail";
import { prepareScene } from "@greenlight/media/scene/prepare-scene";
import type { SceneSpec } from "@greenlight/media/scene/scene-spec";
import { asStageFailure } from "./render-film.ts";

/** PNG of a scene in its own size at a fraction (0…1) of its length. */
export async function drawSpec(
  spec: SceneSpec,
  at: number,
  openImage: (id: string) => Promise<string>,
): Promise<Uint8Array> {
  try {
    const scene = await prepareScene(spec, { openImage });
    return await drawStill(scene, spec.duration_s * at, spec.width, spec.height, "png");
  } catch (error) {
    throw asStageFailure(error);
  }
}
