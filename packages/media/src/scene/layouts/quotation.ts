import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, grow, middle, rise } from "../board.ts";
import { place } from "../place-text.ts";
import { putRect } from "../put-shapes.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

export function layQuotation(board: Board, visual: Of<"quotation">): void {
  const { area, unit: u, palette } = board;
  const stacked = board.width <= board.height;
  const mark = fit(board, {
    text: "“",
    weight: 700,
    max_px: (stacked ? 240 : 340) * u,
    min_px: 100 * u,
    width: area.width,
    height: area.height,
    leading: 1,
  });
  // Only the top half of its em square has ink.
  const markHeight = mark.size_px * 0.3;
  const x = stacked ? area.x : area.x + mark.width + 52 * u;
  const above = stacked ? markHeight + 56 * u : 0;
  const width = area.x + area.width - x;
  const by = fit(board, {
    text: visual.by ?? "",
    weight: 700,
    max_px: 44 * u,
    min_px: 28 * u,
    width: width - 90 * u,
    height: 110 * u,
    leading: 1.25,
    max_lines: 2,
  });
  const below = by.lines.length > 0 ? 76 * u + by.height : 0;
  const text = fit(board, {
    text: visual.text,
    weight: 400,
    tracking: -0.02,
    max_px: 100 * u,
    min_px: 28 * u,
    width: width * (stacked ? 1 : 0.96),
    height: area.height - above - below - 24 * u,
    leading: 1.3,
  });
  const y = middle(board, above + text.height + below);
  place(board, mark, { x: area.x, y, colour: palette.accent, role: "mark", enter: rise(0.1) });
  place(board, text, {
    x,
    y: y + above,
    colour: palette.text,
    role: "body",
    enter: rise(0.25),
    line_delay_s: 0.1,
  });
  const byY = y + above + text.height + 76 * u;
  if (by.lines.length === 0) return;
  const at = 0.5 + 0.1 * text.lines.length;
  putRect(board, { x, y: byY + by.size_px * 0.33, width: 56 * u, height: 4 * u }, palette.accent, {
    enter: grow(at),
  });
  place(board, by, { x: x + 84 * u, y: byY, colour: palette.muted, role: "label", enter: rise(at + 0.1) });
}
