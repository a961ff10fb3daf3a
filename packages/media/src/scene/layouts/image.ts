import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, rise } from "../board.ts";
import { place } from "../place-text.ts";
import { putRect } from "../put-shapes.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

/** The photograph or video fills the frame; its caption stands on an opaque plate, so that it reads over any picture. */
export function layImage(
  board: Board,
  visual: Of<"image">,
  { id, clip }: { readonly id: string; readonly clip?: { readonly length_s: number } | undefined },
): void {
  const { area, unit: u, palette } = board;
  const still = {
    id,
    box: { x: 0, y: 0, width: board.width, height: board.height },
    enter: { kind: "fade" as const, at_s: 0, duration_s: 0 },
    leave_s: null,
    depth: 1,
  };
  board.layers.push(
    clip ? { ...still, type: "video", from_s: 0, length_s: clip.length_s } : { ...still, type: "image" },
  );
  const alt = (visual.alt ?? "").trim();
  const text = fit(board, {
    text: alt,
    weight: 400,
    max_px: 36 * u,
    min_px: 24 * u,
    width: Math.min(area.width - 72 * u, 1100 * u),
    height: area.height * 0.3,
    leading: 1.3,
    max_lines: 3,
  });
  if (text.lines.length === 0) return;
  const plate = palette.background;
  const height = text.height + 56 * u;
  const y = area.y + area.height - height;
  putRect(board, { x: area.x, y, width: text.width + 80 * u, height }, plate, {
    enter: rise(0.4),
    radius: 14 * u,
    depth: 0,
  });
  putRect(board, { x: area.x, y: y + 22 * u, width: 6 * u, height: height - 44 * u }, palette.accent, {
    enter: { kind: "grow_down", at_s: 0.6, duration_s: 0.4 },
    depth: 0,
  });
  place(board, text, {
    x: area.x + 40 * u,
    y: y + 28 * u,
    colour: palette.text,
    behind: plate,
    role: "label",
    enter: rise(0.5),
    depth: 0,
  });
}
