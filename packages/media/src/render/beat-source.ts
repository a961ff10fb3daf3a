import { type Canvas, createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import { prepareCaptions } from "../scene/caption-overlay.ts";
import { type OpenImage, prepareScene } from "../scene/prepare-scene.ts";
import { drawTransition } from "../scene/transition.ts";
import type { BeatRender } from "./beat-render.ts";
import type { FrameSource } from "./frame-source.ts";

/**
 * A beat as frames: its scene, over the first `transition_s` blended with the picture at which the beat before it ended, and
 * the captions of the film on top. Scenes are drawn in the spec's pixels and scaled to the frame's.
 */
export async function openBeatSource(beat: Omit<BeatRender, "out">, images: OpenImage): Promise<FrameSource> {
  const { spec, previous_spec, width, height, fps, first_frame, frame_count } = beat;
  const scene = await prepareScene(spec, images);
  const scaleX = width / spec.width;
  const scaleY = height / spec.height;
  const captions = beat.captions.burn_in
    ? prepareCaptions(beat.cues, beat.captions, {
        width: spec.width,
        height: spec.height,
        language: beat.language,
        look: beat.look,
      })
    : null;

  const blended =
    previous_spec === null || beat.transition === "cut" ? 0 : Math.round(beat.transition_s * fps);
  let before: Canvas | null = null;
  if (previous_spec !== null && blended > 0) {
    const previous = await prepareScene(previous_spec, images);
    before = createCanvas(width, height);
    const ctx = before.getContext("2d", { alpha: false });
    ctx.scale(scaleX, scaleY);
    await previous.load(previous.duration_s, scaleX);
    previous.draw(ctx, previous.duration_s);
    await previous.close();
  }
  const drawScene = (ctx: SKRSContext2D, index: number) => scene.draw(ctx, index / fps);

  return {
    width,
    height,
    frame_count,
    load: (index) => scene.load(index / fps, scaleX),
    close: () => scene.close(),
    draw(ctx, index) {
      ctx.setTransform(scaleX, 0, 0, scaleY, 0, 0);
      if (before !== null && index < blended) {
        const picture = before;
        const from = (on: SKRSContext2D) => on.drawImage(picture, 0, 0, spec.width, spec.height);
        const to = (on: SKRSContext2D) => drawScene(on, index);
        drawTransition(beat.transition, ctx, from, to, (index + 1) / (blended + 1));
        ctx.setTransform(scaleX, 0, 0, scaleY, 0, 0);
      } else drawScene(ctx, index);
      captions?.draw(ctx, (first_frame + index) / fps);
    },
  };
}
