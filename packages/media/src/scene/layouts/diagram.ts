import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, inTurn, rise } from "../board.ts";
import { place } from "../place-text.ts";
import { putPath, putRect } from "../put-shapes.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

export function layDiagram(board: Board, visual: Of<"diagram">): void {
  const { area, unit: u, palette } = board;
  const n = visual.nodes.length;
  const across = board.width > board.height;
  const gap = (across ? 92 : 64) * u;
  const box = across
    ? {
        width: Math.min(640 * u, (area.width - gap * (n - 1)) / n),
        height: Math.min(400 * u, area.height * 0.62),
      }
    : { width: area.width, height: Math.min(230 * u, (area.height - gap * (n - 1)) / n) };
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
  const size = Math.min(...visual.nodes.map((node) => textOf(node, 68 * u).size_px));
  const long = across ? box.width * n + gap * (n - 1) : box.height * n + gap * (n - 1);
  const x0 = across ? area.x + (area.width - long) / 2 : area.x + (area.width - box.width) / 2;
  const y0 = across ? area.y + (area.height - box.height) / 2 : area.y + (area.height - long) / 2;
  const times = inTurn(board, visual.nodes, 0.2, 0.7);
  visual.nodes.forEach((node, i) => {
    const at = times[i] ?? 0.3;
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
