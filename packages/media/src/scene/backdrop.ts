/** What lies behind a beat's content: soft light on the background and large thin rings, the same within a section. */
import type { Board } from "./board.ts";
import { FAINT_RING } from "./palette.ts";
import { putCircle } from "./put-shapes.ts";
import type { Box, SceneSpec } from "./scene-spec.ts";

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
      {
        x: width * right,
        y: height * 0.08,
        sigma: long * 0.26,
        colour: palette.accent,
        strength: palette.light.accent,
      },
      {
        x: width * 0.04,
        y: height * 1.02,
        sigma: long * 0.24,
        colour: palette.surface,
        strength: palette.light.surface,
      },
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

/** Whether a ring of radius `r` passes within `gap` of a box. */
function crosses(box: Box, cx: number, cy: number, r: number, gap: number): boolean {
  const near = Math.hypot(
    cx - Math.min(Math.max(cx, box.x), box.x + box.width),
    cy - Math.min(Math.max(cy, box.y), box.y + box.height),
  );
  const far = Math.hypot(
    Math.max(Math.abs(cx - box.x), Math.abs(cx - box.x - box.width)),
    Math.max(Math.abs(cy - box.y), Math.abs(cy - box.y - box.height)),
  );
  return near <= r + gap && far >= r - gap;
}

/** What the parallax between rings and content may bring them nearer, in units. */
const GAP = 52;

/** Large thin rings, bright only where they meet no text. Call it after the layout; they go behind everything. */
export function putRings(board: Board, section: string, strong: boolean): void {
  const { width, height, unit: u, palette } = board;
  const seed = hashOf(section);
  const low = (seed >>> 4) % 2 === 0;
  const centre = board.portrait
    ? { x: width * (low ? 0.3 : 0.72), y: height * 0.9, r: width * 0.4 }
    : width > height
      ? { x: width * (strong ? 0.9 : 0.97), y: height * (low ? 0.8 : 0.2), r: height * (strong ? 0.35 : 0.3) }
      : { x: width * 0.92, y: height * (low ? 0.95 : 0.07), r: height * 0.25 };
  const content = board.layers.filter((layer) => layer.type === "text").map((layer) => layer.box);
  const before = board.layers.length;
  const turn = ((seed >>> 12) % 628) / 100;
  const ring = (
    r: number,
    look: { stroke: number; start: number; sweep: number; spin: number; alpha: number; colour?: string },
  ): void => {
    const clear = !content.some((box) => crosses(box, centre.x, centre.y, r, GAP * u));
    // What only shines has no faint form.
    if (!clear && look.alpha > 0.6) return;
    putCircle(board, centre.x, centre.y, r, look.colour ?? palette.accent, {
      enter: { kind: "fade", at_s: 0, duration_s: 1.4 },
      alpha: clear ? look.alpha : FAINT_RING,
      stroke: look.stroke * u,
      start: turn + look.start,
      sweep: look.sweep,
      spin: look.spin,
      depth: 1.6,
    });
  };
  ring(centre.r, { stroke: 2, start: 0, sweep: Math.PI * 1.62, spin: 0.09, alpha: 0.5 });
  ring(centre.r * 1.34, { stroke: 2, start: 2, sweep: Math.PI * 1.2, spin: -0.06, alpha: 0.22 });
  ring(centre.r * 0.66, {
    stroke: strong ? 26 : 14,
    start: 4,
    sweep: Math.PI * 0.9,
    spin: 0.13,
    alpha: 0.14,
  });
  if (strong) {
    const towardsText = Math.PI - turn;
    ring(centre.r, { stroke: 8, start: towardsText - 0.7, sweep: 0.62, spin: 0.16, alpha: 0.95 });
    ring(centre.r * 1.34, {
      stroke: 20,
      start: towardsText + 0.5,
      sweep: 0.001,
      spin: -0.1,
      alpha: 0.95,
      colour: palette.accent_2,
    });
  }
  const rings = board.layers.splice(before);
  board.layers.unshift(...rings);
}
