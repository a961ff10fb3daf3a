import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, inTurn, rise } from "../board.ts";
import { mix } from "../contrast.ts";
import { DESCENT, type FittedText } from "../fit-text.ts";
import { COUNT_S, countTo, numberIn } from "../parse-number.ts";
import { place } from "../place-text.ts";
import { putRect } from "../put-shapes.ts";
import type { Box } from "../scene-spec.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

type Side = { readonly label: string; readonly value?: string | undefined };

export function layComparison(board: Board, visual: Of<"comparison">): void {
  const { area, unit: u, palette } = board;
  const stacked = board.portrait;
  const caption = fit(board, {
    text: visual.caption ?? "",
    weight: 400,
    tracking: -0.01,
    max_px: 48 * u,
    min_px: 25 * u,
    width: area.width,
    height: area.height * 0.2,
    leading: 1.3,
  });
  const below = caption.lines.length > 0 ? caption.height + 64 * u : 0;
  const gap = 32 * u;
  const room = area.height - below;
  const valued = [visual.left, visual.right].some((side) => (side.value ?? "").trim() !== "");
  const panel = stacked
    ? { width: area.width, height: Math.min(400 * u, (room - gap) / 2) }
    : { width: (area.width - gap) / 2, height: Math.min((valued ? 600 : 420) * u, room) };
  const block = (stacked ? panel.height * 2 + gap : panel.height) + below;
  const y = area.y + (area.height - block) / 2;
  const sides = [visual.left, visual.right];
  const numbers = sides.map((side) => numberIn(side.value ?? "")?.to ?? null);
  const most = Math.max(...numbers.map((n) => n ?? 0));
  const bars = most > 0 && numbers.every((n) => n !== null && n >= 0);
  const boxes = sides.map((_, i) => ({
    x: stacked ? area.x : area.x + i * (panel.width + gap),
    y: stacked ? y + i * (panel.height + gap) : y,
    ...panel,
  }));
  const pad = padOf(panel.height, u);
  const inner = {
    width: panel.width - 2 * pad,
    height: panel.height - 2 * pad - (bars ? BAR.room + 4 : 40) * u,
  };
  const fitted = fitSides(board, sides, inner.width, inner.height);
  const times = inTurn(
    board,
    sides.map((side) => side.label),
    0.15,
    0.25,
  );
  sides.forEach((side, i) => {
    const at = boxes[i];
    const texts = fitted[i];
    if (at === undefined || texts === undefined) return;
    const share = bars ? (numbers[i] ?? 0) / most : null;
    layPanel(
      board,
      side,
      i === 0 ? palette.on_surface.accent : palette.on_surface.accent_2,
      { shown_s: Math.min(times[i] ?? 0.15, 0.15 + 0.15 * i), said_s: times[i] ?? 0.15 },
      share,
      at,
      texts,
    );
  });
  place(board, caption, {
    x: area.x,
    y: y + block - caption.height,
    colour: palette.muted,
    role: "label",
    enter: rise(0.8),
  });
}

const BAR = { height: 14, room: 62 } as const;

const padOf = (height: number, u: number): number => Math.min(60 * u, height * 0.14);

type PanelTexts = { readonly label: FittedText; readonly value: FittedText };

/** Both labels in one size and both values in one size. */
function fitSides(board: Board, sides: readonly Side[], width: number, height: number): PanelTexts[] {
  const { unit: u } = board;
  const labelOf = (side: Side, max_px: number) => {
    const has = (side.value ?? "").trim() !== "";
    return fit(board, {
      text: side.label,
      weight: has ? 400 : 700,
      tracking: -0.015,
      max_px: has ? Math.min(max_px, 56 * u) : max_px,
      min_px: 28 * u,
      width,
      height: has ? height * 0.42 : height,
      leading: 1.22,
    });
  };
  const labelSize = Math.min(...sides.map((side) => labelOf(side, 92 * u).size_px));
  const labels = sides.map((side) => labelOf(side, labelSize));
  const tallest = Math.max(...labels.map((label) => label.height));
  const figureOf = (side: Side, max_px: number, lines: number) =>
    fit(board, {
      text: side.value ?? "",
      weight: 700,
      tracking: -0.04,
      max_px,
      min_px: 34 * u,
      width,
      height: Math.max(48 * u, height - tallest - labelSize * DESCENT - 30 * u),
      leading: 1.06,
      max_lines: lines,
    });
  // A figure stands in one line; words take as many as make them largest.
  const single = Math.min(...sides.map((side) => figureOf(side, 190 * u, 1).size_px));
  const cut = sides.some((side) => figureOf(side, 190 * u, 1).shortened);
  const several = Math.min(...sides.map((side) => figureOf(side, 112 * u, 4).size_px));
  const one = !cut && single >= several;
  const valueSize = one ? single : several;
  return sides.map((side, i) => ({
    label: labels[i] ?? labelOf(side, labelSize),
    value: figureOf(side, valueSize, one ? 1 : 4),
  }));
}

function layPanel(
  board: Board,
  side: Side,
  colour: string,
  { shown_s: begin, said_s }: { readonly shown_s: number; readonly said_s: number },
  share: number | null,
  at: Box,
  { label, value }: PanelTexts,
): void {
  const { unit: u, palette } = board;
  const pad = padOf(at.height, u);
  const inner = at.width - 2 * pad;
  const behind = palette.surface;
  const has = value.lines.length > 0;
  putRect(board, at, palette.surface, { enter: rise(begin), radius: 28 * u });
  if (share === null)
    putRect(board, { x: at.x + pad, y: at.y + pad, width: 56 * u, height: 7 * u }, colour, {
      enter: { kind: "grow_right", at_s: begin + 0.2, duration_s: 0.5 },
      radius: 3.5 * u,
    });
  const foot = at.y + at.height - pad - (share === null ? 0 : BAR.room * u);
  place(board, label, {
    x: at.x + pad,
    y: !has ? foot - label.height : at.y + pad + (share === null ? 40 * u : 4 * u),
    colour: has ? palette.on_surface.muted : palette.on_surface.text,
    behind,
    role: "label",
    enter: rise(begin + 0.15),
  });
  const parsed = numberIn(side.value ?? "");
  place(board, value, {
    x: at.x + pad,
    y: foot - value.height,
    colour,
    behind,
    role: "value",
    enter: rise(said_s + 0.25),
    count: value.lines.length === 1 && !value.shortened && parsed !== null ? countTo(parsed, COUNT_S) : null,
  });
  if (share === null) return;
  const bar = BAR.height * u;
  const track = { x: at.x + pad, y: at.y + at.height - pad - bar, width: inner, height: bar };
  putRect(board, track, mix(palette.surface, palette.text, 0.14), {
    enter: rise(begin + 0.2),
    radius: bar / 2,
  });
  putRect(board, { ...track, width: Math.max(bar, inner * share) }, colour, {
    enter: { kind: "grow_right", at_s: said_s + 0.4, duration_s: 1 },
    radius: bar / 2,
  });
}
