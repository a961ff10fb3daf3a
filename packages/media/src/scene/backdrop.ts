/** What lies behind a beat's content: soft light on the background and large thin rings, the same within a section. */
import type { Board } from "./board.ts";
import { putCircle } from "./board.ts";
import type { Box, CircleLayer, SceneSpec } from "./scene-spec.ts";

/** FNV-1a, 32 bits: https://datatracker.ietf.org/doc/html/draft-eastlake-fnv */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

const SPEED = 22;

export function backgroundOf(board: Board, section: string): SceneSpec["background"] {
  const { width, height, palette, unit } = board;
  const seed = hashOf(section);
  const long = Math.max(width, height);
  const right = seed % 2 === 0 ? 0.86 : 0.7;
  const angle = ((seed >>> 8) % 360) * (Math.PI / 180);
  return {
    colour: palette.background,
    glows: [
      { x: width * right, y: height * 0.08, sigma: long * 0.26, colour: palette.accent, strength: 0.12 },
      { x: width * 0.04, y: height * 1.02, sigma: long * 0.24, colour: palette.surface, strength: 0.85 },
      {
        x: width * (1.1 - right),
        y: -height * 0.3,
        sigma: long * 0.2,
        colour: palette.accent_2,
        strength: 0.05,
      },
    ],
    drift: [Math.cos(angle) * SPEED * unit, Math.sin(angle) * SPEED * unit],
  };
}

const touches = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Rings, drawn brighter where no text can meet them. Call it after the layout; they go behind everything. */
export function putRings(board: Board, section: string, strong: boolean): void {
  const { width, height, unit: u, palette } = board;
  const seed = hashOf(section);
  const low = (seed >>> 4) % 3 === 0;
  const centre = board.portrait
    ? { x: width * (low ? 0.3 : 0.72), y: height * 0.9, r: width * 0.4 }
    : width > height
      ? {
          x: width * (strong ? 0.86 : 0.97),
          y: height * (low ? 0.9 : 0.14),
          r: height * (strong ? 0.36 : 0.3),
        }
      : { x: width * 0.9, y: height * (low ? 0.96 : 0.08), r: height * 0.26 };
  const content = board.layers.filter((layer) => layer.type === "text").map((layer) => layer.box);
  const before = board.layers.length;
  const ring = (r: number, stroke: number, start: number, sweep: number, spin: number, bright: number) => {
    const reach = r * 1.12;
    const around = { x: centre.x - reach, y: centre.y - reach, width: 2 * reach, height: 2 * reach };
    const clear = !content.some((box) => touches(box, around));
    putCircle(board, centre.x, centre.y, r, palette.accent, {
      enter: { kind: "fade", at_s: 0, duration_s: 1.2 },
      alpha: clear ? bright : 0.06,
      stroke: stroke * u,
      start,
      sweep,
      spin,
      depth: 1.6,
    });
  };
  const turn = ((seed >>> 12) % 628) / 100;
  ring(centre.r, 2, turn, Math.PI * 1.62, 0.09, 0.5);
  ring(centre.r * 1.34, 2, turn + 2, Math.PI * 1.2, -0.06, 0.22);
  ring(centre.r * 0.66, strong ? 26 : 14, turn + 4, Math.PI * 0.9, 0.13, 0.12);
  const rings = board.layers.splice(before) as CircleLayer[];
  board.layers.unshift(...rings);
}
