/** Layouts that draw data: bar chart, line chart. Axes begin at zero unless the values lie far from it. */
import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, place, putCircle, putPath, putRect, rise, stagger } from "../board.ts";
import { mix } from "../contrast.ts";
import { DESCENT } from "../fit-text.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

/** Opacity of the area under a line where it is densest. */
const FILL = 0.26;

function layHeading(board: Board, heading: string | undefined, unit: string | undefined): number {
  const { area, unit: u, palette } = board;
  const text = fit(board, {
    text: heading ?? "",
    weight: 700,
    tracking: -0.025,
    max_px: 60 * u,
    min_px: 30 * u,
    width: area.width,
    height: area.height * 0.22,
    leading: 1.16,
  });
  place(board, text, { x: area.x, y: area.y, colour: palette.text, role: "heading", enter: rise(0.1) });
  const after = text.lines.length === 0 ? 0 : text.height + text.size_px * DESCENT + 18 * u;
  const note = fit(board, {
    text: unit ?? "",
    weight: 400,
    max_px: 30 * u,
    min_px: 22 * u,
    width: area.width,
    height: 60 * u,
    leading: 1.2,
    max_lines: 1,
  });
  place(board, note, {
    x: area.x,
    y: area.y + after,
    colour: palette.muted,
    role: "label",
    enter: rise(0.2),
  });
  return (
    after + (note.lines.length === 0 ? 0 : note.height) + (after > 0 || note.lines.length > 0 ? 52 * u : 0)
  );
}

/** Written short: at most three significant decimals, digits grouped as the language does. */
export function writeValue(value: number, language: string): string {
  const big = Math.abs(value) >= 1e6;
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return new Intl.NumberFormat(language, {
    notation: big ? "compact" : "standard",
    maximumFractionDigits: big ? 1 : digits,
    numberingSystem: "latn",
  }).format(value);
}

/** The labels of an axis, all written alike. */
function writeTicks(ticks: readonly number[], language: string): string[] {
  const compact = Math.max(...ticks.map(Math.abs)) >= 1e5;
  const format = new Intl.NumberFormat(language, {
    notation: compact ? "compact" : "standard",
    maximumSignificantDigits: compact ? 4 : 8,
    numberingSystem: "latn",
  });
  return ticks.map((tick) => format.format(Number(tick.toPrecision(10))));
}

/** Bounds and ticks at 1, 2 or 5 times a power of ten. */
export function niceTicks(low: number, high: number, most: number): number[] {
  const span = high - low || Math.abs(high) || 1;
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((m) => m * power >= rough * 0.999) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

export function layBarChart(board: Board, visual: Of<"bar_chart">): void {
  const { area, unit: u, palette } = board;
  const top = area.y + layHeading(board, visual.heading, visual.unit);
  const bottom = area.y + area.height;
  const n = visual.bars.length;
  const values = visual.bars.map((bar) => bar.value);
  const high = Math.max(0, ...values);
  const low = Math.min(0, ...values);
  const highest = values.indexOf(Math.max(...values));
  const quiet = mix(palette.accent, palette.background, 0.58);
  const slot = area.width / n;
  const columns = board.width >= board.height && low === 0;
  const labels = visual.bars.map((bar) =>
    fit(board, {
      text: bar.label,
      weight: 400,
      max_px: 32 * u,
      min_px: 22 * u,
      width: columns ? slot - 22 * u : area.width * 0.3,
      height: columns ? 76 * u : ((bottom - top) / n) * 0.9,
      leading: 1.2,
      max_lines: 2,
    }),
  );
  const fits = labels.every(
    (label) => !label.shortened && label.lines.join("").length >= label.text.replace(/\s/g, "").length - 2,
  );
  const size = Math.min(...labels.map((label) => label.size_px));
  const written = values.map((value) => writeValue(value, board.language));
  const numberText = (text: string, width: number, max: number) =>
    fit(board, {
      text,
      weight: 700,
      tracking: -0.02,
      max_px: max,
      min_px: 22 * u,
      width,
      height: 70 * u,
      leading: 1,
      max_lines: 1,
    });

  if (columns && fits) {
    const labelHeight =
      Math.max(...labels.map((label) => (label.height / label.size_px) * size)) + size * DESCENT;
    const base = bottom - labelHeight - 26 * u;
    const numberSize = Math.min(...written.map((text) => numberText(text, slot - 8 * u, 46 * u).size_px));
    const tall = base - top - numberSize - 20 * u;
    const width = Math.min(150 * u, slot * 0.56);
    putRect(board, { x: area.x, y: base, width: area.width, height: 2 * u }, palette.rule, {
      enter: { kind: "grow_right", at_s: 0.2, duration_s: 0.6 },
    });
    visual.bars.forEach((bar, i) => {
      const at = stagger(board, i, n, 0.35, 0.22);
      const height = Math.max(3 * u, high > 0 ? (tall * bar.value) / high : 0);
      const x = area.x + slot * i;
      const main = i === highest;
      putRect(
        board,
        { x: x + (slot - width) / 2, y: base - height, width, height },
        main ? palette.accent : quiet,
        {
          enter: { kind: "grow_up", at_s: at, duration_s: 0.9 },
          radius: Math.min(10 * u, height / 2),
        },
      );
      const number = numberText(written[i] ?? "", slot - 8 * u, numberSize);
      place(board, number, {
        x,
        width: slot,
        align: "center",
        y: base - height - 22 * u - number.height,
        colour: main ? palette.accent : palette.text,
        role: "value",
        enter: rise(at + 0.35),
      });
      const label = fit(board, {
        ...request(labels[i]?.text ?? "", size),
        width: slot - 22 * u,
        height: 80 * u,
      });
      place(board, label, {
        x,
        width: slot,
        align: "center",
        y: base + 28 * u,
        colour: palette.muted,
        role: "label",
        enter: rise(at),
      });
    });
    return;
  }

  const room = bottom - top;
  const row = Math.min(118 * u, room / n);
  const labelWidth = Math.max(...labels.map((label) => (label.width / label.size_px) * size));
  const numberSize = Math.min(40 * u, row * 0.5);
  const numberWidth = Math.max(
    ...written.map((text) => numberText(text, area.width * 0.3, numberSize).width),
  );
  const x0 = area.x + Math.min(area.width * 0.32, labelWidth) + 32 * u;
  const span = area.x + area.width - x0 - numberWidth - 24 * u - (low < 0 ? numberWidth + 24 * u : 0);
  const zero = x0 + (low < 0 ? numberWidth + 24 * u + (span * -low) / (high - low) : 0);
  const y0 = top + (room - row * n) / 2;
  putRect(board, { x: zero - 2 * u, y: y0, width: 2 * u, height: row * n }, palette.rule, {
    enter: { kind: "grow_down", at_s: 0.2, duration_s: 0.6 },
  });
  visual.bars.forEach((bar, i) => {
    const at = stagger(board, i, n, 0.35, 0.22);
    const middle = y0 + row * (i + 0.5);
    const height = Math.min(54 * u, row * 0.56);
    const length = Math.max(3 * u, high - low > 0 ? (span * Math.abs(bar.value)) / (high - low) : 0);
    const below = bar.value < 0;
    const main = i === highest;
    putRect(
      board,
      { x: below ? zero - length : zero, y: middle - height / 2, width: length, height },
      main ? palette.accent : quiet,
      {
        enter: { kind: below ? "grow_left" : "grow_right", at_s: at, duration_s: 0.9 },
        radius: Math.min(8 * u, length / 2),
      },
    );
    const number = numberText(written[i] ?? "", numberWidth + 1, numberSize);
    place(board, number, {
      x: below ? zero - length - 16 * u - number.width : zero + length + 16 * u,
      y: middle - number.height / 2,
      colour: main ? palette.accent : palette.text,
      role: "value",
      enter: rise(at + 0.35),
    });
    const label = fit(board, {
      ...request(labels[i]?.text ?? "", Math.min(size, row * 0.42)),
      width: area.width * 0.32,
      height: row * 0.94,
    });
    place(board, label, {
      x: area.x,
      y: middle - label.height / 2,
      colour: palette.muted,
      role: "label",
      enter: rise(at),
    });
  });

  function request(text: string, max: number) {
    return {
      text,
      weight: 400 as const,
      max_px: max,
      min_px: Math.min(max, 20 * u),
      leading: 1.2,
      max_lines: 2,
    };
  }
}

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
      max_px: 27 * u,
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
  const bottom = area.y + area.height - 66 * u;
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
  for (let i = 0; i < n; i++) {
    const last = i === n - 1;
    if (!last && (i % each !== 0 || n - 1 - i < each)) continue;
    const text = small(visual.points[i]?.label ?? "", area.width * 0.24);
    const x = Math.min(Math.max(xOf(i) - text.width / 2, area.x), area.x + area.width - text.width);
    place(board, text, {
      x,
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
  putPath(board, points, palette.accent, { enter: wipe, width: 6 * u });
  const [endX, endY] = points.at(-1) ?? [right, bottom];
  const done = 0.5 + draw_s * 0.75;
  putCircle(board, endX, endY, 22 * u, palette.accent, { enter: rise(done), alpha: 0.25 });
  putCircle(board, endX, endY, 11 * u, palette.accent, { enter: rise(done) });
  const value = fit(board, {
    text: writeValue(values.at(-1) ?? 0, board.language),
    weight: 700,
    tracking: -0.02,
    max_px: 52 * u,
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
