import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, grow, middle, rise } from "../board.ts";
import { DESCENT } from "../fit-text.ts";
import { place } from "../place-text.ts";
import { putRect } from "../put-shapes.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

export function layStatement(board: Board, visual: Of<"statement">): void {
  const { area, unit: u, palette } = board;
  const long = visual.text.length > 130;
  const width = area.width * (board.width > board.height ? 0.94 : 1);
  const text = fit(board, {
    text: visual.text,
    weight: long ? 400 : 700,
    tracking: long ? -0.015 : -0.028,
    max_px: (long ? 76 : 150) * u,
    min_px: 30 * u,
    width,
    height: area.height - 80 * u,
    leading: long ? 1.34 : 1.16,
  });
  const y = middle(board, text.height + 66 * u);
  place(board, text, {
    x: area.x,
    y,
    colour: palette.text,
    role: "heading",
    enter: rise(0.15),
    line_delay_s: 0.1,
    ...(visual.emphasis === undefined ? {} : { emphasis: { text: visual.emphasis, colour: palette.accent } }),
  });
  putRect(
    board,
    { x: area.x, y: y + text.height + text.size_px * DESCENT + 36 * u, width: 104 * u, height: 7 * u },
    palette.accent,
    { enter: grow(0.35 + 0.1 * text.lines.length), radius: 3.5 * u },
  );
}
