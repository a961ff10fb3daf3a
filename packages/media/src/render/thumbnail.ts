import { createCanvas } from "@napi-rs/canvas";
import type { PreparedScene } from "../scene/prepare-scene.ts";
import { RenderFailure } from "./render-failure.ts";

export type StillFormat = "png" | "jpeg";

const JPEG_QUALITY = 88;

/**
 * One picture of a scene at `t_s` seconds of its beat, scaled to width × height pixels (any size, odd ones too).
 * The same scene and time give the same bytes. @throws RenderFailure `invalid_field` for a size that is no picture.
 */
export async function drawStill(
  scene: PreparedScene,
  t_s: number,
  width: number,
  height: number,
  format: StillFormat,
): Promise<Buffer> {
  for (const [field, value] of Object.entries({ width, height })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RenderFailure(
        "invalid_field",
        `${field} is ${value}: give a whole number of pixels, at least 1`,
      );
    }
  }
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext("2d", { alpha: false });
  ctx.scale(width / scene.width, height / scene.height);
  const at_s = Math.min(Math.max(0, t_s), scene.duration_s);
  try {
    await scene.load(at_s, width / scene.width);
    scene.draw(ctx, at_s);
  } finally {
    await scene.close();
  }
  return format === "png" ? canvas.encode("png") : canvas.encode("jpeg", JPEG_QUALITY);
}
