import { FilterAPI } from "node-av/api";
import type { Frame } from "node-av/lib";
import type { FullFrameReader } from "./decode-picture.ts";
import type { DrawnText } from "./drawn-text.ts";

/** A pixel is ink when each channel is within this of the text's colour (encoding softens thin strokes). */
const INK_REACH = 56;
/** Fewer ink pixels than this share of the box: the text is not there at that moment. */
const LEAST_INK = 0.004;
/** Pixels this near to ink are its soft edge, neither ink nor ground. */
const EDGE_PX = 2;
/** The ground's contrast is that of its tenth worst percent: one speck behind a letter is no obstacle. */
const WORST_SHARE = 0.1;

export type ContrastReading = { readonly text: DrawnText; readonly time_s: number; readonly ratio: number };

/**
 * Measures the contrast ratio (WCAG 2.2, 1.4.3) of drawn texts on decoded pixels: the middle of the pixels that
 * have the text's colour against the pixels of its box that are neither ink nor its edge.
 */
export class ContrastMeter implements FullFrameReader {
  readonly times: readonly number[];
  readonly readings: ContrastReading[] = [];
  readonly unseen: DrawnText[] = [];
  readonly #due: ReadonlyMap<number, readonly DrawnText[]>;

  constructor(texts: readonly DrawnText[]) {
    const due = new Map<number, DrawnText[]>();
    for (const text of texts) {
      // Two thirds in: everything of the beat has entered and nothing leaves yet; texts of a beat share frames.
      const time = Math.round((text.visible.start_s * 0.35 + text.visible.end_s * 0.65) * 2) / 2;
      const at = Math.min(Math.max(time, text.visible.start_s), text.visible.end_s);
      due.set(at, [...(due.get(at) ?? []), text]);
    }
    this.#due = due;
    this.times = [...due.keys()].sort((a, b) => a - b);
  }

  async read(frame: Frame, timeS: number, index: number): Promise<void> {
    const texts = this.#due.get(this.times[index] ?? Number.NaN) ?? [];
    const picture = await toRgba(frame);
    for (const text of texts) {
      const ratio = worstRatio(picture, text);
      if (ratio === null) this.unseen.push(text);
      else this.readings.push({ text, time_s: timeS, ratio });
    }
  }
}

export type RgbaPicture = {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly data: Uint8Array;
};

/** A decoded frame as RGBA, its colour tags honoured. */
export async function toRgba(frame: Frame): Promise<RgbaPicture> {
  using filter = FilterAPI.create("scale=in_color_matrix=bt709:in_range=tv:out_range=pc,format=rgba");
  await filter.process(frame);
  await filter.process(null);
  const out = await filter.receive();
  if (!out) throw new Error("the frame could not be turned into RGBA");
  try {
    const data = out.data?.[0];
    const stride = out.linesize[0];
    if (data === undefined || stride === undefined) throw new Error("the frame has no pixels");
    return { width: out.width, height: out.height, stride, data: Uint8Array.from(data) };
  } finally {
    out.free();
  }
}

/** The worst contrast of a text's colours; null when none of them is to be seen in its box. */
function worstRatio(picture: RgbaPicture, text: DrawnText): number | null {
  const ratios = text.colours.flatMap((colour) => ratioOf(picture, text.box, rgbOf(colour)) ?? []);
  return ratios.length === 0 ? null : Math.min(...ratios);
}

type Rgb = readonly [number, number, number];

function ratioOf(picture: RgbaPicture, box: DrawnText["box"], colour: Rgb): number | null {
  const left = Math.max(0, Math.floor(box.x - EDGE_PX));
  const top = Math.max(0, Math.floor(box.y - EDGE_PX));
  const width = Math.min(picture.width, Math.ceil(box.x + box.width + EDGE_PX)) - left;
  const height = Math.min(picture.height, Math.ceil(box.y + box.height + EDGE_PX)) - top;
  if (width <= 0 || height <= 0) return null;
  const at = (x: number, y: number) => (top + y) * picture.stride + (left + x) * 4;
  const luminances: number[] = [];
  const ink = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = at(x, y);
      const near = [0, 1, 2].every(
        (c) => Math.abs((picture.data[i + c] ?? 0) - (colour[c] ?? 0)) <= INK_REACH,
      );
      if (!near) continue;
      ink[y * width + x] = 1;
      luminances.push(luminanceAt(picture.data, i));
    }
  }
  if (luminances.length < LEAST_INK * width * height) return null;
  const inkLuminance = percentile(luminances, 0.5);
  const soft = grown(ink, width, height);
  const ratios: number[] = [];
  for (let i = 0; i < soft.length; i++) {
    if (soft[i] === 1) continue;
    ratios.push(contrast(inkLuminance, luminanceAt(picture.data, at(i % width, Math.floor(i / width)))));
  }
  // Ink everywhere: the ground has the colour of the letters.
  return ratios.length === 0 ? 1 : percentile(ratios, WORST_SHARE);
}

/** The mask with every marked pixel grown by the soft edge, along rows and then along columns. */
function grown(mask: Uint8Array, width: number, height: number): Uint8Array {
  const pass = (from: Uint8Array, stepX: number, stepY: number) => {
    const to = new Uint8Array(from.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (from[y * width + x] !== 1) continue;
        for (let d = -EDGE_PX; d <= EDGE_PX; d++) {
          const [nx, ny] = [x + d * stepX, y + d * stepY];
          if (nx >= 0 && nx < width && ny >= 0 && ny < height) to[ny * width + nx] = 1;
        }
      }
    }
    return to;
  };
  return pass(pass(mask, 1, 0), 0, 1);
}

function percentile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
}

function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Relative luminance of sRGB (WCAG 2.2). */
function luminanceAt(data: Uint8Array, i: number): number {
  return (
    0.2126 * linear(data[i] ?? 0) + 0.7152 * linear(data[i + 1] ?? 0) + 0.0722 * linear(data[i + 2] ?? 0)
  );
}

const LINEAR = Float64Array.from({ length: 256 }, (_, value) => {
  const c = value / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

function linear(value: number): number {
  return LINEAR[value] ?? 0;
}

/** Contrast ratio of two relative luminances (WCAG 2.2). */
export function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
