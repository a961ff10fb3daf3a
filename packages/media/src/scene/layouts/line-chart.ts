import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, rise } from "../board.ts";
import { place } from "../place-text.ts";
import { putCircle, putPath, putRect } from "../put-shapes.ts";
import { layHeading, niceTicks, writeTicks, writeValue } from "./chart-parts.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

/** Opacity of the area under a line where it is densest. */
const FILL = 0.26;

export function layLineChart(board: Board, visual: Of<"line_chart">): void {
  const { area, unit: u, palette } = board;
  const top = area.y + layHeading(board, visual.heading, visual.unit);
  const values = visual.points.map((point) => point.value);
  const least = Math.min(...values);
  const most = Math.max(...values);
  const far = least > 0 && most - least < most * 0.35;
  const ticks = niceTicks(far ? least : Math.min(0, least), most, board.portrait ? 4 : 5);
  const low = ticks[0] ?? 0;
  const high = ticks.at(-1) ?? 1;
  const small = (text: string, width: number) =>
    fit(board, {
      text,
      weight: 400,
      max_px: 36 * u,
      min_px: 20 * u,
      width,
      height: 60 * u,
      leading: 1.15,
      max_lines: 1,
    });
  const tickTexts = writeTicks(ticks, board.language).map((text) => small(text, area.width * 0.2));
  const gutter = Math.max(...tickTexts.map((text) => text.width)) + 26 * u;
  const left = area.x + gutter;
  const right = area.x + area.width - 26 * u;
  const bottom = area.y + area.height - 74 * u;
  const first = top + 30 * u;
  const yOf = (value: number) => bottom - ((bottom - first) * (value - low)) / (high - low || 1);
  const n = visual.points.length;
  const xOf = (i: number) => left + ((right - left) * i) / (n - 1);
  ticks.forEach((tick, i) => {
    const y = yOf(tick);
    const text = tickTexts[i];
    putRect(board, { x: left, y: y - u, width: area.x + area.width - left, height: 2 * u }, palette.rule, {
      enter: { kind: "grow_right", at_s: 0.2 + i * 0.05, duration_s: 0.6 },
      alpha: i === 0 ? 1 : 0.5,
    });
    if (text !== undefined)
      place(board, text, {
        x: area.x,
        width: gutter - 26 * u,
        align: "end",
        y: y - text.height / 2,
        colour: palette.muted,
        role: "label",
        enter: { kind: "fade", at_s: 0.25 + i * 0.05, duration_s: 0.4 },
      });
  });
  // As many labels as stand clear of one another, always the first and the last.
  const widest =
    Math.max(...visual.points.map((point) => small(point.label, area.width * 0.24).width)) + 30 * u;
  const each = Math.max(1, Math.ceil(widest / ((right - left) / (n - 1))));
  const spotOf = (i: number) => {
    const text = small(visual.points[i]?.label ?? "", area.width * 0.24);
    // Those at the ends lean inwards.
    const x = Math.min(Math.max(xOf(i) - text.width / 2, area.x), area.x + area.width - text.width);
    return { text, x, end: x + text.width };
  };
  const final = spotOf(n - 1);
  let taken = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    const last = i === n - 1;
    if (!last && i % each !== 0) continue;
    const spot = spotOf(i);
    if (!last && (spot.x < taken + 24 * u || spot.end > final.x - 24 * u)) continue;
    taken = spot.end;
    place(board, spot.text, {
      x: spot.x,
      y: bottom + 34 * u,
      colour: palette.muted,
      role: "label",
      enter: { kind: "fade", at_s: 0.3 + (0.8 * i) / n, duration_s: 0.4 },
    });
  }
  const points = values.map((value, i): [number, number] => [xOf(i), yOf(value)]);
  const draw_s = Math.min(1.8, Math.max(0.8, board.duration_s * 0.4));
  const wipe = { kind: "wipe_right", at_s: 0.5, duration_s: draw_s } as const;
  putPath(board, points, palette.accent, { enter: wipe, alpha: FILL, fill_to_y: bottom });
  putPath(board, points, palette.accent, { enter: wipe, width: 8 * u });
  const [endX, endY] = points.at(-1) ?? [right, bottom];
  const done = 0.5 + draw_s * 0.75;
  putCircle(board, endX, endY, 22 * u, palette.accent, { enter: rise(done), alpha: 0.25 });
  putCircle(board, endX, endY, 11 * u, palette.accent, { enter: rise(done) });
  const value = fit(board, {
    text: writeValue(values.at(-1) ?? 0, board.language),
    weight: 700,
    tracking: -0.02,
    max_px: 84 * u,
    min_px: 28 * u,
    width: area.width * 0.3,
    height: 80 * u,
    leading: 1,
    max_lines: 1,
  });
  const before = points.at(-2)?.[1] ?? endY;
  const over = before >= endY ? endY - 34 * u - value.height >= area.y : false;
  const valueX = area.x + area.width - value.width;
  const valueY = over
    ? Math.max(top - 20 * u, endY - 34 * u - value.height)
    : Math.min(endY + 36 * u, bottom - value.height - 16 * u);
  // It may stand on the fill below the line: a plate of the background's colour keeps it readable.
  const pad = 10 * u;
  putRect(
    board,
    { x: valueX - pad, y: valueY - pad, width: value.width + 2 * pad, height: value.height + 2 * pad },
    palette.background,
    { enter: rise(done + 0.1), radius: 8 * u },
  );
  place(board, value, {
    x: valueX,
    y: valueY,
    colour: palette.accent,
    behind: palette.background,
    role: "value",
    enter: rise(done + 0.1),
  });
}
