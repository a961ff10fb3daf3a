/** What the charts share: heading, numbers as written, ticks. */
import { type Board, fit, rise } from "../board.ts";
import { DESCENT } from "../fit-text.ts";
import { place } from "../place-text.ts";

export function layHeading(board: Board, heading: string | undefined, unit: string | undefined): number {
  const { area, unit: u, palette } = board;
  const text = fit(board, {
    text: heading ?? "",
    weight: 700,
    tracking: -0.025,
    max_px: 76 * u,
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
    max_px: 40 * u,
    min_px: 28 * u,
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
export function writeTicks(ticks: readonly number[], language: string): string[] {
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
