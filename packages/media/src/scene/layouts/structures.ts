/** Layouts that show how things hang together: timeline, diagram; and the photograph. */
import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, place, putCircle, putPath, putRect, rise, stagger } from "../board.ts";

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
    ...visual.events.map((event) => whenOf(event.when, (across ? 72 : 48) * u).size_px),
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
  const whatSize = Math.min(...visual.events.map((event) => whatOf(event.what, 44 * u).size_px));
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
  visual.events.forEach((_, i) => {
    const when = whens[i];
    const what = whats[i];
    if (when === undefined || what === undefined) return;
    const at = stagger(board, i, n, 0.3);
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

export function layDiagram(board: Board, visual: Of<"diagram">): void {
  const { area, unit: u, palette } = board;
  const n = visual.nodes.length;
  const across = board.width > board.height;
  const gap = (across ? 92 : 64) * u;
  const box = across
    ? {
        width: Math.min(420 * u, (area.width - gap * (n - 1)) / n),
        height: Math.min(320 * u, area.height * 0.5),
      }
    : { width: Math.min(area.width, 760 * u), height: Math.min(190 * u, (area.height - gap * (n - 1)) / n) };
  const pad = 30 * u;
  const textOf = (text: string, max_px: number) =>
    fit(board, {
      text,
      weight: 700,
      tracking: -0.015,
      max_px,
      min_px: Math.min(max_px, 22 * u),
      width: box.width - 2 * pad,
      height: box.height - (across ? 2 * pad : 24 * u),
      leading: 1.2,
    });
  const size = Math.min(...visual.nodes.map((node) => textOf(node, 52 * u).size_px));
  const long = across ? box.width * n + gap * (n - 1) : box.height * n + gap * (n - 1);
  const x0 = across ? area.x + (area.width - long) / 2 : area.x + (area.width - box.width) / 2;
  const y0 = across ? area.y + (area.height - box.height) / 2 : area.y + (area.height - long) / 2;
  visual.nodes.forEach((node, i) => {
    const at = stagger(board, i, n, 0.2, 0.7);
    const last = i === n - 1;
    const spot = {
      x: across ? x0 + i * (box.width + gap) : x0,
      y: across ? y0 : y0 + i * (box.height + gap),
      ...box,
    };
    if (i > 0) layArrow(board, spot, gap, across, at - 0.1);
    const radius = 24 * u;
    putRect(board, spot, last ? palette.accent : palette.rule, { enter: rise(at), radius });
    const line = 3 * u;
    putRect(
      board,
      { x: spot.x + line, y: spot.y + line, width: spot.width - 2 * line, height: spot.height - 2 * line },
      palette.surface,
      { enter: rise(at), radius: radius - line },
    );
    const text = textOf(node, size);
    place(board, text, {
      x: spot.x + pad,
      width: box.width - 2 * pad,
      align: "center",
      y: spot.y + (box.height - text.height) / 2,
      colour: palette.on_surface.text,
      behind: palette.surface,
      role: "body",
      enter: rise(at + 0.08),
    });
  });
}

/** From the node before to `to`, in the gap between them. */
function layArrow(
  board: Board,
  to: { x: number; y: number; width: number; height: number },
  gap: number,
  across: boolean,
  at_s: number,
): void {
  const { unit: u, palette } = board;
  const inset = gap * 0.2;
  const head = gap * 0.17;
  const enter = { kind: across ? "wipe_right" : "fade", at_s: Math.max(0, at_s), duration_s: 0.45 } as const;
  const options = { enter, width: 4.5 * u };
  if (across) {
    const y = to.y + to.height / 2;
    const end = to.x - inset;
    putPath(
      board,
      [
        [to.x - gap + inset, y],
        [end, y],
      ],
      palette.accent,
      options,
    );
    putPath(
      board,
      [
        [end - head, y - head],
        [end, y],
        [end - head, y + head],
      ],
      palette.accent,
      options,
    );
  } else {
    const x = to.x + to.width / 2;
    const end = to.y - inset;
    putPath(
      board,
      [
        [x, to.y - gap + inset],
        [x, end],
      ],
      palette.accent,
      options,
    );
    putPath(
      board,
      [
        [x - head, end - head],
        [x, end],
        [x + head, end - head],
      ],
      palette.accent,
      options,
    );
  }
}

/** The photograph fills the frame; its caption stands on an opaque plate, so that it reads over any picture. */
export function layImage(board: Board, visual: Of<"image">, id: string): void {
  const { area, unit: u, palette } = board;
  board.layers.push({
    type: "image",
    id,
    box: { x: 0, y: 0, width: board.width, height: board.height },
    enter: { kind: "fade", at_s: 0, duration_s: 0 },
    leave_s: null,
    depth: 1,
  });
  const alt = (visual.alt ?? "").trim();
  const text = fit(board, {
    text: alt,
    weight: 400,
    max_px: 36 * u,
    min_px: 24 * u,
    width: Math.min(area.width - 72 * u, 1100 * u),
    height: area.height * 0.3,
    leading: 1.3,
    max_lines: 3,
  });
  if (text.lines.length === 0) return;
  const plate = palette.background;
  const height = text.height + 56 * u;
  const y = area.y + area.height - height;
  putRect(board, { x: area.x, y, width: text.width + 80 * u, height }, plate, {
    enter: rise(0.4),
    radius: 14 * u,
    depth: 0,
  });
  putRect(board, { x: area.x, y: y + 22 * u, width: 6 * u, height: height - 44 * u }, palette.accent, {
    enter: { kind: "grow_down", at_s: 0.6, duration_s: 0.4 },
    depth: 0,
  });
  place(board, text, {
    x: area.x + 40 * u,
    y: y + 28 * u,
    colour: palette.text,
    behind: plate,
    role: "label",
    enter: rise(0.5),
    depth: 0,
  });
}
