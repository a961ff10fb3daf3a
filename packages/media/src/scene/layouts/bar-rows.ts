/** A few bars, each as wide as the frame lets it: label and value above, the bar on its track below. */
import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, grow, rise } from "../board.ts";
import { mix } from "../contrast.ts";
import { DESCENT } from "../fit-text.ts";
import { place } from "../place-text.ts";
import { putRect } from "../put-shapes.ts";

type Row = Extract<Visual, { kind: "bar_chart" }>["bars"][number] & { readonly written: string };

export const MOST_ROWS = 4;

/** `top`: where the heading ends; `times`: when each row comes in; values are zero or more. */
export function layBarRows(board: Board, rows: readonly Row[], top: number, times: readonly number[]): void {
  const { area, unit: u, palette } = board;
  const n = rows.length;
  const gap = 56 * u;
  const room = area.y + area.height - top;
  const row = Math.min(300 * u, (room - gap * (n - 1)) / n);
  const bar = Math.min(96 * u, row * 0.36);
  const textRoom = row - bar - 26 * u;
  const figureOf = (text: string, max_px: number) =>
    fit(board, {
      text,
      weight: 700,
      tracking: -0.03,
      max_px,
      min_px: 24 * u,
      width: area.width * 0.46,
      height: textRoom + max_px * DESCENT,
      leading: 1.1,
      max_lines: 1,
    });
  const valueSize = Math.min(
    ...rows.map(({ written }) => figureOf(written, Math.min(112 * u, textRoom)).size_px),
  );
  const values = rows.map(({ written }) => figureOf(written, valueSize));
  const widest = Math.max(...values.map((value) => value.width));
  const labelOf = (text: string, max_px: number) =>
    fit(board, {
      text,
      weight: 400,
      tracking: -0.012,
      max_px,
      min_px: 24 * u,
      width: area.width - widest - 48 * u,
      height: textRoom,
      leading: 1.16,
      max_lines: 2,
    });
  const labelSize = Math.min(...rows.map(({ label }) => labelOf(label, Math.min(60 * u, textRoom)).size_px));
  const largest = Math.max(...rows.map(({ value }) => value));
  // A share is seen against the whole.
  const high = largest <= 100 && rows.every(({ written }) => written.endsWith("%")) ? 100 : largest;
  const quiet = mix(palette.accent, palette.background, 0.45);
  const y0 = top + Math.max(0, (room - row * n - gap * (n - 1)) / 2);
  rows.forEach(({ label, value }, i) => {
    const at = times[i] ?? 0.3;
    // What will be measured is seen at once, its measure when it is spoken of.
    const known = Math.min(at, 0.3 + 0.12 * i);
    const base = y0 + i * (row + gap) + row;
    const main = value === largest;
    const name = labelOf(label, labelSize);
    const figure = values[i];
    const foot = base - bar - 26 * u;
    place(board, name, {
      x: area.x,
      y: foot - name.height,
      colour: palette.text,
      role: "label",
      enter: rise(known),
    });
    if (figure !== undefined)
      place(board, figure, {
        x: area.x + area.width - figure.width,
        y: foot - figure.height,
        colour: main ? palette.accent : palette.text,
        role: "value",
        enter: rise(at + 0.2),
      });
    const track = { x: area.x, y: base - bar, width: area.width, height: bar };
    putRect(board, track, palette.rule, { enter: grow(known), alpha: 0.4, radius: 12 * u });
    const length = high > 0 ? Math.max(6 * u, (area.width * value) / high) : 0;
    putRect(board, { ...track, width: length }, main ? palette.accent : quiet, {
      enter: { kind: "grow_right", at_s: at + 0.1, duration_s: 0.9 },
      radius: Math.min(12 * u, length / 2),
    });
  });
}
