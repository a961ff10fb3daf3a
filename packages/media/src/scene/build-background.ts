import { type Canvas, createCanvas } from "@napi-rs/canvas";
import { LEVELS, rgbOf } from "./contrast.ts";
import type { SceneSpec } from "./scene-spec.ts";

/** How far the light wanders from where it began before it turns back, as a fraction of the frame's short side. */
const REACH = 0.2;
const NOISE_LENGTH = 1 << 16;
/** The light is reckoned every so many pixels and drawn straight between: its curve is far wider than this. */
const STRIDE = 32;

/** Triangular noise of ±1 level: it hides the steps of a dark gradient (Lipshitz, Wannamaker, Vanderkooy 1992). */
function ditherNoise(): Float32Array {
  let state = 0x9e3779b9;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return Float32Array.from({ length: NOISE_LENGTH }, () => next() + next() - 0.5);
}
const noise = ditherNoise();

export type Background = {
  readonly bitmap: Canvas;
  /** Top left corner of the frame inside the bitmap, whole pixels: soft light needs no finer steps. At 0 s it lies in the middle. */
  offsetAt(t_s: number): readonly [x: number, y: number];
};

const built = new Map<string, Background>();
const KEPT = 3;

/** Draws the light once, larger than the frame by the way it wanders. `scale`: pixels of the target per pixel of the spec. */
export function buildBackground(spec: SceneSpec, scale: number): Background {
  const key = JSON.stringify([spec.width, spec.height, scale, spec.background]);
  const known = built.get(key);
  if (known !== undefined) return known;
  const made = paint(spec, scale);
  if (built.size >= KEPT) built.delete(built.keys().next().value ?? "");
  built.set(key, made);
  return made;
}

function paint(spec: SceneSpec, scale: number): Background {
  const { background } = spec;
  const reach = Math.ceil(Math.min(spec.width, spec.height) * scale * REACH);
  const width = Math.ceil(spec.width * scale) + reach;
  const height = Math.ceil(spec.height * scale) + reach;
  const base = rgbOf(background.colour);
  const glows = background.glows.map((glow) => {
    const curve = (length: number, centre: number) =>
      Float32Array.from({ length }, (_, i) => {
        const d = (i - reach / 2) / scale - centre;
        return Math.exp(-(d * d) / (2 * glow.sigma * glow.sigma));
      });
    const rgb = rgbOf(glow.colour);
    return { across: curve(width, glow.x), down: curve(height, glow.y), rgb, strength: glow.strength };
  });
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext("2d");
  const image = ctx.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer, image.data.byteOffset, width * height);
  const lightAt = (x: number, y: number): [number, number, number] => {
    let [r, g, b] = base as [number, number, number];
    for (const glow of glows) {
      const share = glow.strength * (glow.across[x] ?? 0) * (glow.down[y] ?? 0);
      r += (glow.rgb[0] - r) * share;
      g += (glow.rgb[1] - g) * share;
      b += (glow.rgb[2] - b) * share;
    }
    return [r, g, b];
  };
  const clamped = (level: number) =>
    level < LEVELS.low ? LEVELS.low : level > LEVELS.high ? LEVELS.high : Math.round(level);
  for (let y = 0; y < height; y++) {
    let [r, g, b] = lightAt(0, y);
    for (let from = 0; from < width; from += STRIDE) {
      const to = Math.min(width, from + STRIDE);
      const [r1, g1, b1] = lightAt(Math.min(width - 1, to), y);
      const n = to - from;
      const [dr, dg, db] = [(r1 - r) / n, (g1 - g) / n, (b1 - b) / n];
      for (let x = from; x < to; x++) {
        const pixel = y * width + x;
        const grain = noise[(Math.imul(pixel, 40503) + y * 977) & (NOISE_LENGTH - 1)] ?? 0;
        pixels[pixel] =
          0xff000000 | (clamped(b + grain) << 16) | (clamped(g + grain) << 8) | clamped(r + grain);
        r += dr;
        g += dg;
        b += db;
      }
      [r, g, b] = [r1, g1, b1];
    }
  }
  ctx.putImageData(image, 0, 0);
  const [vx, vy] = background.drift;
  const bounce = (way: number) => {
    // Through the middle at 0, to one end, and back: a triangle wave between 0 and reach.
    const phase = (((way + reach / 2) % (2 * reach)) + 2 * reach) % (2 * reach);
    return Math.min(reach, Math.max(0, Math.round(phase <= reach ? phase : 2 * reach - phase)));
  };
  return { bitmap: canvas, offsetAt: (t) => [bounce(vx * scale * t), bounce(vy * scale * t)] };
}
