/**
 * Frames to a video file in three overlapping steps: this thread draws frame n while one native thread converts
 * frame n−1 to YUV and x264's own threads encode the frames before it. A ring of `SLOTS` picture pairs bounds what is
 * under way; a slot is drawn into again only after its last frame was encoded. Nothing survives a failure or an
 * abort but a broken file, which the caller discards.
 */

import { setImmediate } from "node:timers/promises";
import { createCanvas } from "@napi-rs/canvas";
import type { Frame } from "node-av";
import { checked, present } from "./ffmpeg-result.ts";
import type { FrameSource } from "./frame-source.ts";
import { allocRgbFrame, allocYuvFrame, openConverter } from "./picture-format.ts";
import { openVideoEncoder, type VideoFormat } from "./video-encoder.ts";
import { VideoFile } from "./video-file.ts";

const SLOTS = 3;

export type EncodeFrames = {
  readonly source: FrameSource;
  readonly fps: number;
  readonly encode: VideoFormat["encode"];
  /** Path of the MP4 to write. */
  readonly out: string;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of frames drawn so far. */
  readonly onFrame?: ((frames: number) => void) | undefined;
};

type Slot = { readonly rgb: Frame; readonly pixels: Buffer; readonly yuv: Frame; done: Promise<void> };

function allocSlot(width: number, height: number): Slot {
  const rgb = allocRgbFrame(width, height);
  const pixels = present(rgb.data?.[0], "the picture's pixels");
  return { rgb, pixels, yuv: allocYuvFrame(width, height), done: Promise.resolve() };
}

function copyRows(from: Buffer, to: Buffer, rowBytes: number, stride: number): void {
  if (stride === rowBytes) {
    from.copy(to);
    return;
  }
  for (let at = 0, row = 0; at < from.length; at += rowBytes, row += stride) {
    from.copy(to, row, at, at + rowBytes);
  }
}

/**
 * Draws, converts and encodes every frame of the source into an MP4 of one H.264 stream at a constant frame rate,
 * first frame at 0, index before the data. Same source and settings give the same bytes.
 * @throws RenderFailure `invalid_field` (odd size), `render_failed`; the signal's reason when aborted.
 */
export async function encodeFrames(job: EncodeFrames): Promise<{ frame_count: number }> {
  const { source, fps, encode, out, signal, onFrame } = job;
  const { width, height } = source;
  signal?.throwIfAborted();
  const encoder = openVideoEncoder({ width, height, fps, encode });
  const file = new VideoFile(out, encoder, fps);
  const converter = openConverter();
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext("2d", { alpha: false });
  const slots = Array.from({ length: SLOTS }, () => allocSlot(width, height));
  let converted: Promise<unknown> = Promise.resolve();
  let encoded: Promise<void> = Promise.resolve();

  const convert = async (slot: Slot, before: Promise<unknown>): Promise<void> => {
    await before;
    checked(await converter.scaleFrame(slot.yuv, slot.rgb), "convert a picture to YUV");
  };
  const encodeSlot = async (slot: Slot, index: number, before: Promise<void>, ready: Promise<void>) => {
    await before;
    await ready;
    slot.yuv.pts = BigInt(index);
    await file.send(slot.yuv);
  };

  try {
    await file.begin();
    for (let index = 0; index < source.frame_count; index++) {
      const slot = present(slots[index % SLOTS], "a picture slot");
      await slot.done;
      // A full turn of the event loop, or the last frame's pixel copy is never given back to the allocator.
      await setImmediate();
      await source.load?.(index);
      signal?.throwIfAborted();
      source.draw(ctx, index);
      copyRows(canvas.data(), slot.pixels, width * 4, present(slot.rgb.linesize[0], "the stride"));
      const ready = convert(slot, converted);
      slot.done = encodeSlot(slot, index, encoded, ready);
      converted = ready;
      encoded = slot.done;
      for (const step of [converted, encoded]) step.catch(() => undefined);
      onFrame?.(index + 1);
    }
    await encoded;
    await file.end();
  } finally {
    await Promise.allSettled([converted, encoded]);
    await source.close?.();
    await file.close();
    converter.freeContext();
    encoder.freeContext();
    for (const slot of slots) {
      slot.rgb.free();
      slot.yuv.free();
    }
  }
  return { frame_count: source.frame_count };
}
