import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, grow, middle, rise } from "../board.ts";
import { place } from "../place-text.ts";
import { putRect } from "../put-shapes.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

export function layTitle(board: Board, visual: Of<"title">): void {
  const { area, unit: u, palette } = board;
  const width = board.portrait ? area.width : area.width * (board.width > board.height ? 0.84 : 1);
  const room = area.height - 70 * u;
  const sub = visual.subtitle ?? "";
  const title = fit(board, {
    text: visual.title,
    weight: 700,
    tracking: -0.035,
    max_px: 196 * u,
    min_px: 44 * u,
    width,
    height: room * (sub === "" ? 0.95 : 0.66),
    leading: 1.06,
  });
  const subtitle = fit(board, {
    text: sub,
    weight: 400,
    tracking: -0.01,
    max_px: Math.min(54 * u, title.size_px * 0.5),
    min_px: 30 * u,
    width: width * 0.92,
    height: room * 0.3,
    leading: 1.36,
  });
  const gap = subtitle.lines.length > 0 ? Math.max(44 * u, title.size_px * 0.52) : 0;
  const bar = 56 * u;
  const y = middle(board, bar + title.height + gap + subtitle.height);
  putRect(board, { x: area.x, y, width: 132 * u, height: 11 * u }, palette.accent, {
    enter: grow(0),
    radius: 5.5 * u,
  });
  place(board, title, {
    x: area.x,
    y: y + bar,
    colour: palette.text,
    role: "heading",
    enter: rise(0.05),
    line_delay_s: 0.12,
    ...(title.direction === "rtl" ? { width } : {}),
    align: "start",
  });
  const after = 0.35 + 0.12 * title.lines.length;
  place(board, subtitle, {
    x: area.x,
    y: y + bar + title.height + gap,
    colour: palette.muted,
    role: "body",
    enter: rise(after),
    line_delay_s: 0.25,
  });
}
