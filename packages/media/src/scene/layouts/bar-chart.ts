import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, inTurn, rise, stagger } from "../board.ts";
import { mix } from "../contrast.ts";
import { DESCENT } from "../fit-text.ts";
import { place } from "../place-text.ts";
import { putRect } from "../put-shapes.ts";
import { layBarRows, MOST_ROWS } from "./bar-rows.ts";
import { layHeading, writeValue } from "./chart-parts.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

/** Whether the unit is short enough to stand with each value. */
const spelt = (visual: Of<"bar_chart">): boolean =>
  visual.bars.length <= MOST_ROWS &&
  visual.bars.every((bar) => bar.value >= 0) &&
  [...(visual.unit ?? "")].length <= 16;

const PERCENT = /^(?:%|percent)$/iu;

/** Each bar with its value as written, and the unit where it is short. */
function rowsOf(board: Board, visual: Of<"bar_chart">) {
  const unit = spelt(visual) ? (visual.unit ?? "") : "";
  return visual.bars.map((bar) => {
    const value = bar.shown ?? writeValue(bar.value, board.language);
    const one = bar.value === 1 && /^en\b/iu.test(board.language);
    return {
      ...bar,
      written: PERCENT.test(unit) ? `${value}%` : `${value} ${one ? unit.replace(/s$/u, "") : unit}`.trim(),
    };
  });
}

export function layBarChart(board: Board, visual: Of<"bar_chart">): void {
  const { area, unit: u, palette } = board;
  const top = area.y + layHeading(board, visual.heading, spelt(visual) ? undefined : visual.unit);
  const bottom = area.y + area.height;
  const n = visual.bars.length;
  const values = visual.bars.map((bar) => bar.value);
  const high = Math.max(0, ...values);
  const low = Math.min(0, ...values);
  const highest = values.indexOf(Math.max(...values));
  const quiet = mix(palette.accent, palette.background, 0.58);
  if (n <= MOST_ROWS && low === 0) {
    const labels = visual.bars.map((bar) => bar.label);
    layBarRows(board, rowsOf(board, visual), top, inTurn(board, labels, 0.35, 0.5));
    return;
  }
  const slot = area.width / n;
  const columns = board.width >= board.height && low === 0;
  const labels = visual.bars.map((bar) =>
    fit(board, {
      text: bar.label,
      weight: 400,
      max_px: 40 * u,
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
  const written = visual.bars.map((value) => value.shown ?? writeValue(value.value, board.language));
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
    const numberSize = Math.min(...written.map((text) => numberText(text, slot - 8 * u, 60 * u).size_px));
    const tall = base - top - numberSize - 20 * u;
    const width = Math.min(200 * u, slot * 0.62);
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
  const rowLabels = labels.map((label) =>
    fit(board, {
      ...request(label.text, Math.min(size, row * 0.42)),
      width: area.width * 0.32,
      height: row * 0.94,
    }),
  );
  const numberSize = Math.min(40 * u, row * 0.5);
  const numberWidth = Math.max(
    ...written.map((text) => numberText(text, area.width * 0.3, numberSize).width),
  );
  const x0 = area.x + Math.max(...rowLabels.map((label) => label.width)) + 32 * u;
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
    const label = rowLabels[i];
    if (label === undefined) return;
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
