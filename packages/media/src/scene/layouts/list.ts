import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, grow, inTurn, middle, rise } from "../board.ts";
import { DESCENT } from "../fit-text.ts";
import { place } from "../place-text.ts";
import { putRect } from "../put-shapes.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

export function layList(board: Board, visual: Of<"list">): void {
  const { area, unit: u, palette } = board;
  const beside = board.width > board.height && (visual.heading ?? "").trim() !== "";
  const heading = fit(board, {
    text: visual.heading ?? "",
    weight: 700,
    tracking: -0.03,
    max_px: (beside ? 92 : 76) * u,
    min_px: 34 * u,
    width: beside ? area.width * 0.32 : area.width,
    height: beside ? area.height - 60 * u : area.height * 0.26,
    leading: 1.14,
  });
  const x = beside ? area.x + area.width * 0.39 : area.x;
  const above =
    beside || heading.lines.length === 0 ? 0 : heading.height + heading.size_px * DESCENT + 44 * u;
  const n = visual.items.length;
  const indent = 92 * u;
  const roomEach = Math.min(230 * u, (area.height - above) / n);
  const wanted = visual.items.map((text) => ({
    text,
    weight: 400 as const,
    tracking: -0.012,
    min_px: 28 * u,
    width: area.x + area.width - x - indent,
    height: roomEach - 32 * u,
    leading: 1.24,
  }));
  // All items in the size of the one that needs the smallest.
  const size = Math.min(...wanted.map((item) => fit(board, { ...item, max_px: 68 * u }).size_px));
  const items = wanted.map((item) =>
    fit(board, { ...item, max_px: size, min_px: Math.min(size, item.min_px) }),
  );
  const tallest = Math.max(...items.map((item) => item.height));
  const row = Math.min(roomEach, tallest + 76 * u);
  const y = middle(board, above + row * n);
  place(board, heading, {
    x: area.x,
    y: beside ? y + (row - tallest) / 2 : y,
    colour: palette.text,
    role: "heading",
    enter: rise(0.1),
    line_delay_s: 0.1,
  });
  const times = inTurn(board, visual.items, 0.3);
  items.forEach((item, i) => {
    const top = y + above + i * row;
    const at = times[i] ?? 0.3;
    const textY = top + (row - item.height) / 2;
    putRect(board, { x, y: top, width: area.x + area.width - x, height: 2 * u }, palette.rule, {
      enter: grow(at),
    });
    const figure = fit(board, {
      text: String(i + 1).padStart(2, "0"),
      family: "mono",
      weight: 700,
      max_px: size * 0.72,
      min_px: 12 * u,
      width: indent,
      height: row,
      leading: 1,
    });
    place(board, figure, {
      x,
      y: textY + (size - figure.size_px) * 0.727,
      colour: palette.accent,
      role: "label",
      enter: rise(at + 0.05),
    });
    place(board, item, {
      x: x + indent,
      y: textY,
      colour: palette.text,
      role: "body",
      enter: rise(at + 0.1),
    });
  });
}
