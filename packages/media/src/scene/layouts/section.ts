import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, grow, middle, rise } from "../board.ts";
import { place } from "../place-text.ts";
import { putRect } from "../put-shapes.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

export function laySection(board: Board, visual: Of<"section">): void {
  const { area, unit: u, palette } = board;
  const said = (visual.text ?? "").trim();
  const stacked = board.width <= board.height;
  const figure = fit(board, {
    text: String(visual.index).padStart(2, "0"),
    weight: 700,
    tracking: -0.05,
    max_px: (stacked ? (said === "" ? 220 : 150) : 340) * u,
    min_px: 90 * u,
    width: area.width * (stacked ? 1 : 0.3),
    height: area.height * (stacked ? 0.35 : 0.6),
    leading: 1,
    max_lines: 1,
  });
  const x = stacked ? area.x : area.x + figure.width + 84 * u;
  const width = area.x + area.width - x;
  const above = stacked ? figure.height + 64 * u : 0;
  const heading = fit(board, {
    text: visual.heading,
    weight: 700,
    tracking: -0.03,
    max_px: (said === "" ? 128 : 96) * u,
    min_px: 40 * u,
    width: width * (stacked ? 1 : 0.92),
    height: (area.height - above - 110 * u) * (said === "" ? 1 : 0.5),
    leading: 1.12,
  });
  const text = fit(board, {
    text: said,
    weight: 400,
    tracking: -0.012,
    max_px: 60 * u,
    min_px: 32 * u,
    width: width * (stacked ? 1 : 0.96),
    height: area.height - above - heading.height - 190 * u,
    leading: 1.3,
  });
  const words = heading.height + (text.lines.length === 0 ? 0 : 68 * u + text.height);
  const block = stacked ? above + words : Math.max(figure.height, words);
  const y = middle(board, block + 90 * u);
  place(board, figure, { x: area.x, y, colour: palette.accent, role: "value", enter: rise(0.1) });
  const headingY = stacked ? y + above : y + (block - words) / 2;
  if (!stacked)
    putRect(board, { x: x - 42 * u, y, width: 2 * u, height: block }, palette.rule, {
      enter: { kind: "grow_down", at_s: 0.2, duration_s: 0.6 },
    });
  place(board, heading, {
    x,
    y: headingY,
    colour: palette.text,
    role: "heading",
    enter: rise(0.3),
    line_delay_s: 0.1,
  });
  place(board, text, {
    x,
    y: headingY + heading.height + 68 * u,
    colour: palette.text,
    role: "body",
    enter: rise(Math.min(1.2, board.duration_s * 0.3)),
    line_delay_s: 0.12,
  });
  const steps = Math.min(visual.of, 24);
  const gap = 12 * u;
  const step = Math.min(72 * u, (area.width - gap * (steps - 1)) / steps);
  const stepY = Math.min(y + block + 84 * u, area.y + area.height - 6 * u);
  for (let i = 0; i < steps; i++) {
    const box = { x: area.x + i * (step + gap), y: stepY, width: step, height: 6 * u };
    putRect(board, box, palette.rule, { enter: { kind: "fade", at_s: 0.3, duration_s: 0.4 }, radius: 3 * u });
    if (i < visual.index) putRect(board, box, palette.accent, { enter: grow(0.5 + 0.08 * i), radius: 3 * u });
  }
}
