import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, grow, middle, rise } from "../board.ts";
import { DESCENT } from "../fit-text.ts";
import { place } from "../place-text.ts";
import { putRect } from "../put-shapes.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

export function layDefinition(board: Board, visual: Of<"definition">): void {
  const { area, unit: u, palette } = board;
  const width = area.width * (board.width > board.height ? 0.86 : 1);
  const term = fit(board, {
    text: visual.term,
    weight: 700,
    tracking: -0.035,
    max_px: 168 * u,
    min_px: 40 * u,
    width,
    height: area.height * 0.4,
    leading: 1.08,
  });
  const rule = term.lines.length > 0 ? term.size_px * DESCENT + 40 * u : 0;
  const meaning = fit(board, {
    text: visual.meaning,
    weight: 400,
    tracking: -0.012,
    max_px: 78 * u,
    min_px: 30 * u,
    width,
    height: area.height - term.height - rule - 56 * u,
    leading: 1.38,
  });
  const y = middle(board, term.height + rule + 56 * u + meaning.height);
  place(board, term, {
    x: area.x,
    y,
    colour: palette.accent,
    role: "heading",
    enter: rise(0.15),
    line_delay_s: 0.1,
  });
  putRect(board, { x: area.x, y: y + term.height + rule, width: area.width, height: 2 * u }, palette.rule, {
    enter: grow(0.35),
  });
  place(board, meaning, {
    x: area.x,
    y: y + term.height + rule + 56 * u,
    colour: palette.text,
    role: "body",
    enter: rise(0.5),
    line_delay_s: 0.1,
  });
}
