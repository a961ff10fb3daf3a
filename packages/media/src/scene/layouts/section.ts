import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, grow, middle, rise } from "../board.ts";
import { place } from "../place-text.ts";
import { putRect } from "../put-shapes.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

export function laySection(board: Board, visual: Of<"section">): void {
  const { area, unit: u, palette } = board;
  const stacked = board.width <= board.height;
  const figure = fit(board, {
    text: String(visual.index).padStart(2, "0"),
    weight: 700,
    tracking: -0.05,
    max_px: (stacked ? 190 : 320) * u,
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
    max_px: 108 * u,
    min_px: 40 * u,
    width: width * (stacked ? 1 : 0.92),
    height: area.height - above - 110 * u,
    leading: 1.12,
  });
  const block = stacked ? above + heading.height : Math.max(figure.height, heading.height);
  const y = middle(board, block + 90 * u);
  place(board, figure, { x: area.x, y, colour: palette.accent, role: "value", enter: rise(0.1) });
  const headingY = stacked ? y + above : y + (block - heading.height) / 2;
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
