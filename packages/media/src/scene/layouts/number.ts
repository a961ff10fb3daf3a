import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, rise } from "../board.ts";
import { COUNT_S, countTo, numberIn } from "../parse-number.ts";
import { place } from "../place-text.ts";
import { putCircle } from "../put-shapes.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

export function layNumber(board: Board, visual: Of<"number">): void {
  const { area, unit: u, palette } = board;
  const unit = (visual.unit ?? "").trim();
  const parsed = numberIn(visual.value);
  const percent = unit === "%" || /%\s*$/.test(visual.value);
  const share = percent && parsed !== null && parsed.to >= 0 && parsed.to <= 100 ? parsed.to / 100 : null;
  const wide = board.width > board.height;
  const dial = share !== null && wide ? Math.min(area.height * 0.8, area.width * 0.36) : 0;
  const width = area.width - (dial > 0 ? dial + 90 * u : 0);
  const short = [...unit].length <= 3;
  const value = fit(board, {
    text: visual.value,
    weight: 700,
    tracking: -0.045,
    max_px: (wide ? 380 : 340) * u,
    min_px: 44 * u,
    width: width * (unit !== "" && short ? 0.76 : 1),
    height: area.height * 0.5,
    leading: 1.05,
  });
  const unitText = fit(board, {
    text: unit,
    weight: 700,
    tracking: -0.02,
    max_px: short ? value.size_px * 0.42 : Math.min(100 * u, value.size_px * 0.5),
    min_px: 28 * u,
    width: short ? width * 0.22 : width,
    height: short ? value.size_px : 110 * u,
    leading: 1.1,
    max_lines: 1,
  });
  const below = unitText.lines.length > 0 && !short;
  const unitHeight = below ? unitText.height + 44 * u : 0;
  const label = fit(board, {
    text: visual.label,
    weight: 400,
    tracking: -0.01,
    max_px: 64 * u,
    min_px: 30 * u,
    width: width * 0.94,
    height: area.height - value.height - unitHeight - 100 * u,
    leading: 1.34,
  });
  const gap = 76 * u;
  const block = value.height + unitHeight + gap + label.height;
  const y = area.y + Math.max(0, (area.height - block) / 2);
  const count =
    value.lines.length === 1 && !value.shortened && parsed !== null ? countTo(parsed, COUNT_S) : null;
  place(board, value, { x: area.x, y, colour: palette.text, role: "value", enter: rise(0.1), count });
  place(board, unitText, {
    x: below ? area.x : area.x + value.width + value.size_px * 0.1,
    y: below ? y + value.height + 44 * u : y + value.height - unitText.height,
    colour: palette.accent,
    role: "value",
    enter: rise(0.3),
  });
  place(board, label, {
    x: area.x,
    y: y + value.height + unitHeight + gap,
    colour: palette.muted,
    role: "label",
    enter: rise(0.45),
  });
  if (share === null || dial === 0) return;
  const r = dial / 2 - 18 * u;
  const cx = area.x + area.width - dial / 2;
  const cy = area.y + area.height / 2;
  const open = (at_s: number, duration_s: number) => ({ kind: "fade", at_s, duration_s }) as const;
  putCircle(board, cx, cy, r, palette.rule, { enter: open(0.2, 0.5), stroke: 34 * u, alpha: 0.8 });
  if (share > 0)
    putCircle(board, cx, cy, r, palette.accent, {
      enter: open(0.2, COUNT_S),
      stroke: 34 * u,
      start: -Math.PI / 2,
      sweep: Math.PI * 2 * share,
    });
}
