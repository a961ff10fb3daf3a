import { createCanvas } from "@napi-rs/canvas";
import type { BeatRender, RenderOptions } from "../render/beat-render.ts";
import { openBeatSource } from "../render/beat-source.ts";
import type { FrameSource } from "../render/frame-source.ts";
import type { DrawFrame } from "./ssim-meter.ts";

/**
 * Draws single frames of a film again, as its renderer drew them before they were encoded. `beats` are the film's, in
 * order, all of one size. One beat is kept prepared at a time, so frames are best asked for in order.
 */
export function drawnFrames(
  beats: readonly Omit<BeatRender, "out">[],
  { openImage, signal }: RenderOptions,
): DrawFrame {
  let frames = 0;
  const ends = beats.map((beat) => {
    frames += beat.frame_count;
    return frames;
  });
  const { width, height } = beats[0] ?? { width: 1, height: 1 };
  const surface = createCanvas(width, height).getContext("2d", { alpha: false });
  let open: { at: number; source: FrameSource } | undefined;

  return async (index) => {
    signal?.throwIfAborted();
    const at = ends.findIndex((end) => index < end);
    const beat = beats[at];
    if (beat === undefined) return null;
    if (open?.at !== at) open = { at, source: await openBeatSource(beat, { openImage }) };
    const frame = index - (ends[at - 1] ?? 0);
    await open.source.load?.(frame);
    open.source.draw(surface, frame);
    // Nobody says which frame is the last.
    await open.source.close?.();
    return Uint8Array.from(surface.getImageData(0, 0, width, height).data);
  };
}
