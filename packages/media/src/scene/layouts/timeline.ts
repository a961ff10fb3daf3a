import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, inTurn, rise } from "../board.ts";
import { place } from "../place-text.ts";
import { putCircle, putRect } from "../put-shapes.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

export function layTimeline(board: Board, visual: Of<"timeline">): void {
  const { area, unit: u, palette } = board;
  const n = visual.events.length;
  const across = board.width > board.height;
  const slot = across ? area.width / n : area.height / n;
  const whenRoom = across ? slot - 40 * u : area.width - 80 * u;
  const whenOf = (text: string, max_px: number) =>
    fit(board, {
      text,
      weight: 700,
      tracking: -0.02,
      max_px,
      min_px: 24 * u,
      width: whenRoom,
      height: across ? 130 * u : slot * 0.4,
      leading: 1.1,
      max_lines: across ? 2 : 1,
    });
  const whenSize = Math.min(
    ...visual.events.map((event) => whenOf(event.when, (across ? 110 : 60) * u).size_px),
  );
  const whens = visual.events.map((event) => whenOf(event.when, whenSize));
  const whenHeight = Math.max(0, ...whens.map((when) => when.height));
  const whatOf = (text: string, max_px: number) =>
    fit(board, {
      text,
      weight: 400,
      tracking: -0.01,
      max_px,
      min_px: Math.min(max_px, 23 * u),
      width: whenRoom,
      height: across ? area.height - whenHeight - 210 * u : slot - whenHeight - 52 * u,
      leading: 1.3,
    });
  const whatSize = Math.min(...visual.events.map((event) => whatOf(event.what, 54 * u).size_px));
  const whats = visual.events.map((event) => whatOf(event.what, whatSize));
  const whatHeight = Math.max(0, ...whats.map((what) => what.height));
  const y = area.y + (across ? Math.max(0, (area.height - whenHeight - whatHeight - 150 * u) / 2) : 0);
  const dot = 13 * u;
  const lineY = y + whenHeight + 62 * u;
  const step = across ? slot : Math.min(slot, whenHeight + whatHeight + 84 * u);
  const y0 = across ? y : area.y + (area.height - step * n) / 2 + 20 * u;
  putRect(
    board,
    across
      ? { x: area.x, y: lineY - 1.5 * u, width: area.width, height: 3 * u }
      : {
          x: area.x + dot - 1.5 * u,
          y: y0 + whenHeight / 2,
          width: 3 * u,
          height: step * Math.max(0.6, n - 1 + 0.5),
        },
    palette.rule,
    {
      enter: {
        kind: across ? "grow_right" : "grow_down",
        at_s: 0.15,
        duration_s: Math.min(2, 0.6 + n * 0.25),
      },
    },
  );
  const times = inTurn(
    board,
    visual.events.map((event) => event.when),
    0.3,
  );
  visual.events.forEach((_, i) => {
    const when = whens[i];
    const what = whats[i];
    if (when === undefined || what === undefined) return;
    const at = times[i] ?? 0.3;
    const x = across ? area.x + slot * i : area.x + 80 * u;
    const rowY = across ? y : y0 + step * i;
    const colour = i === n - 1 ? palette.accent_2 : palette.accent;
    const cx = area.x + (across ? slot * i + dot : dot);
    const cy = across ? lineY : rowY + whenHeight / 2;
    putCircle(board, cx, cy, dot, palette.background, { enter: rise(at) });
    putCircle(board, cx, cy, dot - 3 * u, colour, { enter: rise(at) });
    place(board, when, {
      x,
      y: across ? y + whenHeight - when.height : rowY,
      colour,
      role: "value",
      enter: rise(at + 0.05),
    });
    place(board, what, {
      x,
      y: across ? lineY + 58 * u : rowY + whenHeight + 30 * u,
      colour: palette.text,
      role: "body",
      enter: rise(at + 0.15),
    });
  });
}
