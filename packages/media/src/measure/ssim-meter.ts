import { FilterComplexAPI } from "node-av/api";
import { AV_PIX_FMT_RGBA } from "node-av/constants";
import { Frame } from "node-av/lib";
import type { FullFrameReader } from "./decode-picture.ts";

/** Draws what frame `index` of the film was meant to be: RGBA, tightly packed, the film's size. Null = unknown. */
export type DrawFrame = (index: number, timeS: number) => Promise<Uint8Array | null>;

const SAMPLES = 12;

/** Structural similarity (FFmpeg's ssim filter) of decoded frames and the frames as drawn, sampled over the film. */
export class SsimMeter implements FullFrameReader {
  readonly times: readonly number[];
  readonly readings: { time_s: number; ssim: number }[] = [];
  readonly #draw: DrawFrame;
  readonly #fps: number;

  /** Samples the middles of equal parts of the film. */
  constructor(draw: DrawFrame, lengthS: number, fps: number) {
    this.#draw = draw;
    this.#fps = fps;
    this.times = Array.from({ length: SAMPLES }, (_, i) => ((i + 0.5) * lengthS) / SAMPLES);
  }

  async read(frame: Frame, timeS: number): Promise<void> {
    const drawn = await this.#draw(Math.round(timeS * this.#fps), timeS);
    if (drawn === null) return;
    const { width, height } = frame;
    if (drawn.length !== width * height * 4) {
      throw new Error(
        `a drawn frame has ${drawn.length} bytes; ${width}x${height} RGBA has ${width * height * 4}`,
      );
    }
    const source = Frame.fromVideoBuffer(Buffer.from(drawn.buffer, drawn.byteOffset, drawn.length), {
      width,
      height,
      format: AV_PIX_FMT_RGBA,
      timeBase: frame.timeBase,
      pts: 0n,
    });
    const copy = frame.clone();
    if (copy === null) throw new Error("a decoded frame could not be copied");
    copy.pts = 0n;
    try {
      this.readings.push({ time_s: timeS, ssim: await ssim(copy, source) });
    } finally {
      copy.free();
      source.free();
    }
  }
}

async function ssim(film: Frame, drawn: Frame): Promise<number> {
  using filter = FilterComplexAPI.create(
    "[drawn]scale=out_color_matrix=bt709:out_range=tv,format=yuv420p[a];[film]format=yuv420p[b];[b][a]ssim[out]",
    { inputs: [{ label: "film" }, { label: "drawn" }], outputs: [{ label: "out" }] },
  );
  await filter.process("film", film);
  await filter.process("drawn", drawn);
  await filter.flush();
  const out = await filter.receive("out");
  if (!out) throw new Error("no similarity was measured");
  const value = Number(out.getMetadata().getAll()["lavfi.ssim.All"]);
  out.free();
  return value;
}
