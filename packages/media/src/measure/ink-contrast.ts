import { nthSmallest } from "./nth-smallest.ts";

/** A pixel is ink when each channel is within this of the text's colour (encoding softens thin strokes). */
const INK_REACH = 56;
/** Fewer ink pixels than this share of the box: the text is not there at that moment. */
const LEAST_INK = 0.004;
/** Pixels this near to ink are its soft edge, neither ink nor ground. */
const EDGE_PX = 2;
/** The ground's contrast is that of its tenth worst percent: one speck behind a letter is no obstacle. */
const WORST_SHARE = 0.1;

/** `stride` bytes a row, four a pixel. */
export type RgbaPicture = {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly data: Uint8Array;
};

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/**
 * The worst contrast ratio (WCAG 2.2, 1.4.3) of a text's colours in its box (pixels): the middle of the pixels that
 * have the colour against the pixels that are neither ink nor its edge. Letters of one colour are no ground to those
 * of another. Null when none of the colours is to be seen there.
 */
export function inkContrast(picture: RgbaPicture, box: Box, colours: readonly string[]): number | null {
  const left = Math.max(0, Math.floor(box.x - EDGE_PX));
  const top = Math.max(0, Math.floor(box.y - EDGE_PX));
  const width = Math.min(picture.width, Math.ceil(box.x + box.width + EDGE_PX)) - left;
  const height = Math.min(picture.height, Math.ceil(box.y + box.height + EDGE_PX)) - top;
  if (width <= 0 || height <= 0) return null;
  const luminances = luminancesOf(picture, left, top, width, height);
  const masks = colours.map((colour) => inkOf(picture, left, top, width, height, rgbOf(colour)));
  const ink = masks.reduce(
    (all, mask) => all.map((is, i) => is | (mask[i] ?? 0)),
    new Uint8Array(width * height),
  );
  const edge = grown(ink, width, height);
  const ground = luminances.filter((_, i) => edge[i] === 0);
  const ratios = masks.flatMap((mask) => {
    const own = luminances.filter((_, i) => mask[i] === 1);
    if (own.length < LEAST_INK * width * height) return [];
    const middle = percentile(own, 0.5);
    // Ink everywhere: the ground has the colour of the letters.
    if (ground.length === 0) return [1];
    return [
      percentile(
        ground.map((luminance) => contrast(middle, luminance)),
        WORST_SHARE,
      ),
    ];
  });
  return ratios.length === 0 ? null : Math.min(...ratios);
}

/** Relative luminance (sRGB, WCAG 2.2) of each pixel of a box, row by row. */
function luminancesOf(
  { data, stride }: RgbaPicture,
  left: number,
  top: number,
  width: number,
  height: number,
): Float64Array {
  const luminances = new Float64Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, at = (top + y) * stride + left * 4; x < width; x++, at += 4)
      luminances[to++] =
        0.2126 * linear(data[at] ?? 0) +
        0.7152 * linear(data[at + 1] ?? 0) +
        0.0722 * linear(data[at + 2] ?? 0);
  }
  return luminances;
}

type Rgb = readonly [number, number, number];

/** 1 for each pixel of a box that has the colour. */
function inkOf(
  { data, stride }: RgbaPicture,
  left: number,
  top: number,
  width: number,
  height: number,
  [red, green, blue]: Rgb,
): Uint8Array {
  const ink = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, at = (top + y) * stride + left * 4; x < width; x++, at += 4, to++)
      if (
        Math.abs((data[at] ?? 0) - red) <= INK_REACH &&
        Math.abs((data[at + 1] ?? 0) - green) <= INK_REACH &&
        Math.abs((data[at + 2] ?? 0) - blue) <= INK_REACH
      )
        ink[to] = 1;
  }
  return ink;
}

/** The mask with every marked pixel grown by the soft edge, along rows and then along columns. */
function grown(mask: Uint8Array, width: number, height: number): Uint8Array {
  const wide = new Uint8Array(mask.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (mask[at] === 0) continue;
      const last = at + Math.min(EDGE_PX, width - 1 - x);
      for (let i = at - Math.min(EDGE_PX, x); i <= last; i++) wide[i] = 1;
    }
  }
  const high = new Uint8Array(mask.length);
  for (let y = 0, at = 0; y < height; y++) {
    const first = -Math.min(EDGE_PX, y) * width;
    const last = Math.min(EDGE_PX, height - 1 - y) * width;
    for (let x = 0; x < width; x++, at++) {
      if (wide[at] === 0) continue;
      for (let i = at + first; i <= at + last; i += width) high[i] = 1;
    }
  }
  return high;
}

/** Reorders the values. */
function percentile(values: Float64Array, share: number): number {
  return nthSmallest(values, Math.min(values.length - 1, Math.floor(values.length * share)));
}

function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

const LINEAR = Float64Array.from({ length: 256 }, (_, value) => {
  const c = value / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

function linear(value: number): number {
  return LINEAR[value] ?? 0;
}

/** Contrast ratio of two relative luminances (WCAG 2.2). */
function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
