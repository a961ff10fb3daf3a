import { FilterAPI } from "node-av/api";
import { AV_FRAME_FLAG_INTERLACED, AV_NOPTS_VALUE } from "node-av/constants";
import type { Frame } from "node-av/lib";
import { blockMeans, type LumaPlane } from "./block-grid.ts";
import type { Interval } from "./interval.ts";
import { openDecoder, throughFilter } from "./open-decoder.ts";

/** Short side at which the picture is analysed, pixels. */
const ANALYSIS_SHORT_SIDE = 480;

/** One analysed frame. Its luma is only valid during the call; `block_means`, as `blockMeans` gives them, for good. */
export type LumaFrame = LumaPlane & { readonly time_s: number; readonly block_means: Float32Array };

export interface PictureObserver {
  frame(frame: LumaFrame): void;
}

/** Reads decoded frames at their full size at chosen moments. The frame is freed after the call. */
export type FullFrameReader = {
  /** Seconds, ascending: for each, the frame then on screen is handed over. */
  readonly times: readonly number[];
  read(frame: Frame, timeS: number, index: number): Promise<void>;
};

export type PictureMeasures = {
  readonly frames: number;
  readonly interlaced_frames: number;
  readonly span: Interval;
  readonly blacks: readonly Interval[];
  readonly freezes: readonly Interval[];
};

export type PictureOptions = {
  readonly black_s: number;
  readonly freeze_s: number;
  readonly freeze_db: number;
  readonly observers: readonly PictureObserver[];
  readonly full_frames: readonly FullFrameReader[];
  readonly signal: AbortSignal;
  readonly onTime?: (seconds: number) => void;
};

/**
 * Decodes the first video stream once. Black (FFmpeg's blackdetect with its own pixel thresholds) and freeze
 * (freezedetect) are found, and the observers see, a copy scaled to a short side of at most 480 pixels. Null when
 * the file has no video.
 */
export async function decodePicture(file: string, options: PictureOptions): Promise<PictureMeasures | null> {
  await using opened = await openDecoder(file, "video", options.signal);
  if (opened === null) return null;
  const { codecpar, timeBase, avgFrameRate } = opened.stream;
  const tick = timeBase.num / timeBase.den;
  const frameS = avgFrameRate.num > 0 ? avgFrameRate.den / avgFrameRate.num : 0;
  const scale = Math.min(1, ANALYSIS_SHORT_SIDE / Math.min(codecpar.width, codecpar.height));
  const width = even(codecpar.width * scale);
  const height = even(codecpar.height * scale);
  const blacks = new IntervalReader("lavfi.black_start", "lavfi.black_end");
  const freezes = new IntervalReader("lavfi.freezedetect.freeze_start", "lavfi.freezedetect.freeze_end");

  const read = (frame: Frame) => {
    const time_s = Number(frame.pts) * (frame.timeBase.num / frame.timeBase.den);
    const found = frame.getMetadata().getAll();
    blacks.read(found);
    freezes.read(found);
    const luma = frame.data?.[0];
    const stride = frame.linesize[0];
    if (luma === undefined || stride === undefined) return;
    const plane = { width, height, stride, luma };
    const seen = { ...plane, time_s, block_means: blockMeans(plane) };
    for (const observer of options.observers) observer.frame(seen);
  };

  using filter = FilterAPI.create(
    [
      `scale=${width}:${height}:flags=fast_bilinear`,
      "format=yuv420p",
      `blackdetect=d=${options.black_s}`,
      `freezedetect=n=${options.freeze_db}dB:d=${options.freeze_s}`,
    ].join(","),
    { graph: { nbThreads: 1 } },
  );
  const cursors = options.full_frames.map((reader) => ({ reader, next: 0 }));
  let frames = 0;
  let interlaced = 0;
  let start: number | null = null;
  let end = 0;
  for await (const frame of opened.frames()) {
    const time = frame.pts === AV_NOPTS_VALUE ? end : Number(frame.pts) * tick;
    start ??= time;
    end = time + frameS;
    frames++;
    if (frame.hasFlags(AV_FRAME_FLAG_INTERLACED)) interlaced++;
    for (const cursor of cursors) {
      // Half a tick of slack: a moment given as n/fps must meet frame n, not n + 1.
      while ((cursor.reader.times[cursor.next] ?? Infinity) < end - tick / 2) {
        await cursor.reader.read(frame, time, cursor.next++);
      }
    }
    throughFilter(filter, frame, read);
    frame.free();
    options.onTime?.(end);
  }
  throughFilter(filter, null, read);
  return {
    frames,
    interlaced_frames: interlaced,
    span: { start_s: start ?? 0, end_s: end },
    blacks: blacks.finish(end),
    freezes: freezes.finish(end),
  };
}

function even(pixels: number): number {
  return Math.max(2, 2 * Math.round(pixels / 2));
}

/** Collects stretches that a filter marks with a start on one frame's metadata and an end on a later one's. */
class IntervalReader {
  readonly #startKey: string;
  readonly #endKey: string;
  readonly #found: Interval[] = [];
  #start: number | null = null;

  constructor(startKey: string, endKey: string) {
    this.#startKey = startKey;
    this.#endKey = endKey;
  }

  read(metadata: Readonly<Record<string, string>>): void {
    const end = metadata[this.#endKey];
    if (end !== undefined && this.#start !== null) {
      this.#found.push({ start_s: this.#start, end_s: Number(end) });
      this.#start = null;
    }
    const start = metadata[this.#startKey];
    if (start !== undefined) this.#start = Number(start);
  }

  /** All stretches; one still open lasts to the end of the film. */
  finish(endS: number): Interval[] {
    if (this.#start !== null) this.#found.push({ start_s: this.#start, end_s: endS });
    return this.#found;
  }
}
