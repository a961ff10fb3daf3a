import { createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import { cssFont, registerFonts } from "./fonts.ts";
import type { Font } from "./scene-spec.ts";

/** Letter shapes scale without hinting, so everything is measured once at this size. */
const REFERENCE_PX = 100;
const CACHE_LIMIT = 20_000;

/** Of a font size: pixels times size. `left` is how far the ink starts right of the pen. */
export type TextExtent = {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly ascent: number;
  readonly descent: number;
};

const cache = new Map<string, TextExtent>();
let context: SKRSContext2D | undefined;

export type Face = Pick<Font, "family" | "weight" | "tracking">;

/** Sets font, spacing and direction the way text is measured and drawn everywhere. */
export function applyFont(ctx: SKRSContext2D, font: Font, direction: "ltr" | "rtl", scale = 1): void {
  registerFonts();
  ctx.font = cssFont(font, scale);
  ctx.letterSpacing = `${font.tracking * font.size_px * scale}px`;
  ctx.direction = direction;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
}

/** Extent of one line of text as fractions of the font size. */
export function measureText(text: string, face: Face, direction: "ltr" | "rtl"): TextExtent {
  const key = `${face.family} ${face.weight} ${face.tracking} ${direction} ${text}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  registerFonts(text);
  context ??= createCanvas(8, 8).getContext("2d");
  applyFont(context, { ...face, size_px: REFERENCE_PX }, direction);
  const m = context.measureText(text);
  const extent = {
    width: m.width / REFERENCE_PX,
    left: -m.actualBoundingBoxLeft / REFERENCE_PX,
    right: m.actualBoundingBoxRight / REFERENCE_PX,
    ascent: m.actualBoundingBoxAscent / REFERENCE_PX,
    descent: m.actualBoundingBoxDescent / REFERENCE_PX,
  };
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(key, extent);
  return extent;
}
