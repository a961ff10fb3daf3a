/** What a layout draws on: the frame's measures and colours, and the layers placed so far, back to front. */
import { CAP_HEIGHT, type FitRequest, type FittedText, fitText } from "./fit-text.ts";
import { measureText } from "./measure-text.ts";
import type { Palette } from "./palette.ts";
import type { Box, Enter, Layer, TextLayer, TextRun } from "./scene-spec.ts";

export type Board = {
  readonly width: number;
  readonly height: number;
  /** Where text may stand. */
  readonly area: Box;
  readonly portrait: boolean;
  /** One pixel of a frame whose short side is 1080. */
  readonly unit: number;
  readonly palette: Palette;
  readonly language: string;
  readonly duration_s: number;
  readonly layers: Layer[];
};

export const RISE_S = 0.6;
export const rise = (at_s: number): Enter => ({ kind: "rise", at_s, duration_s: RISE_S });

/** Begin of the i-th of n elements: spread over the first half of the beat, never further apart than `most_s`. */
export function stagger(board: Board, i: number, n: number, first_s = 0.25, most_s = 1.2): number {
  const gap = Math.min(most_s, Math.max(0.08, (board.duration_s * 0.55 - first_s) / Math.max(1, n)));
  return first_s + i * gap;
}

export function fit(board: Board, request: Omit<FitRequest, "language">): FittedText {
  return fitText({ ...request, language: board.language });
}

export type Placement = {
  readonly x: number;
  /** Top of the capitals of the first line. */
  readonly y: number;
  /** Room the lines are aligned in; default: the text's own width. */
  readonly width?: number;
  readonly align?: "start" | "center" | "end";
  readonly colour: string;
  readonly behind?: string;
  readonly role: TextLayer["role"];
  readonly enter: Enter;
  readonly leave_s?: number | null;
  readonly depth?: number;
  /** A part of the text in another colour. */
  readonly emphasis?: { readonly text: string; readonly colour: string };
  /** Each line enters this much later than the one before; default: all as one layer. */
  readonly line_delay_s?: number;
  readonly count?: TextLayer["count"];
};

/** Splits a line where the emphasised words begin and end; joined scripts and bidirectional lines stay whole. */
function runsOf(line: string, text: FittedText, x: number, y: number, place: Placement): TextRun[] {
  const plain = [{ text: line, x, y, colour: place.colour }];
  const wanted = place.emphasis?.text.trim() ?? "";
  if (place.emphasis === undefined || wanted === "" || text.direction === "rtl") return plain;
  const words = new Set(wanted.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const whole = text.text.toLowerCase().includes(wanted.toLowerCase());
  const at = whole ? line.toLowerCase().indexOf(wanted.toLowerCase()) : -1;
  const marked = (word: string, index: number) =>
    at >= 0
      ? index >= at && index < at + wanted.length
      : whole &&
        (word.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).some(
          (part) => words.has(part) && part.length > 2,
        );
  const runs: TextRun[] = [];
  let pen = 0;
  for (const match of line.matchAll(/\S+\s*/gu)) {
    const colour = marked(match[0], match.index) ? place.emphasis.colour : place.colour;
    const last = runs.at(-1);
    pen = measureText(line.slice(0, match.index), text.face, text.direction).width * text.size_px;
    if (last !== undefined && last.colour === colour)
      runs[runs.length - 1] = { ...last, text: last.text + match[0] };
    else runs.push({ text: match[0], x: x + pen, y, colour });
  }
  return runs.length === 0 ? plain : runs;
}

function inkOf(runs: readonly TextRun[], text: FittedText): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const run of runs) {
    const m = measureText(run.text, text.face, text.direction);
    left = Math.min(left, run.x + m.left * text.size_px);
    right = Math.max(right, run.x + m.right * text.size_px);
    top = Math.min(top, run.y - m.ascent * text.size_px);
    bottom = Math.max(bottom, run.y + m.descent * text.size_px);
  }
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/** Adds fitted text; gives the layers it made (none for empty text). */
export function place(board: Board, text: FittedText, where: Placement): TextLayer[] {
  const rtl = text.direction === "rtl";
  const room = where.width ?? text.width;
  const align = where.align ?? "start";
  const lines = text.lines.map((line, i): TextRun[] => {
    const m = measureText(line, text.face, text.direction);
    const width = m.width * text.size_px;
    const slack = room - width;
    // The stem, not the pen, stands on the margin: large letters have visible side bearings.
    const bearing = align === "start" && !rtl ? Math.max(0, m.left) * text.size_px : 0;
    const x = where.x + (align === "center" ? slack / 2 : align === "end" ? slack : -bearing);
    return runsOf(line, text, x, where.y + (CAP_HEIGHT + i * text.leading) * text.size_px, where);
  });
  const delay = where.line_delay_s;
  const groups = delay === undefined ? [lines.flat()] : lines;
  const made = groups
    .filter((runs) => runs.length > 0)
    .map(
      (runs, i): TextLayer => ({
        type: "text",
        role: where.role,
        runs,
        font: { ...text.face, size_px: text.size_px },
        direction: text.direction,
        box: inkOf(runs, text),
        behind: where.behind ?? board.palette.behind,
        count: where.count ?? null,
        enter: { ...where.enter, at_s: where.enter.at_s + i * (delay ?? 0) },
        leave_s: where.leave_s ?? null,
        depth: where.depth ?? 1,
      }),
    );
  board.layers.push(...made);
  return made;
}

type RectOptions = {
  readonly enter: Enter;
  readonly radius?: number;
  readonly alpha?: number;
  readonly alpha_end?: number;
  readonly across?: boolean;
  readonly depth?: number;
  readonly leave_s?: number | null;
};

export function putRect(board: Board, box: Box, colour: string, options: RectOptions): void {
  if (box.width <= 0 || box.height <= 0) return;
  const alpha = options.alpha ?? 1;
  board.layers.push({
    type: "rect",
    box,
    radius: Math.min(options.radius ?? 0, box.width / 2, box.height / 2),
    colour,
    alpha,
    alpha_end: options.alpha_end ?? alpha,
    across: options.across ?? false,
    enter: options.enter,
    leave_s: options.leave_s ?? null,
    depth: options.depth ?? 1,
  });
}

type CircleOptions = {
  readonly enter: Enter;
  readonly alpha?: number;
  readonly stroke?: number;
  readonly start?: number;
  readonly sweep?: number;
  readonly spin?: number;
  readonly depth?: number;
};

export function putCircle(
  board: Board,
  cx: number,
  cy: number,
  r: number,
  colour: string,
  options: CircleOptions,
): void {
  board.layers.push({
    type: "circle",
    cx,
    cy,
    r,
    colour,
    alpha: options.alpha ?? 1,
    stroke: options.stroke ?? 0,
    start: options.start ?? 0,
    sweep: options.sweep ?? Math.PI * 2,
    spin: options.spin ?? 0,
    enter: options.enter,
    leave_s: null,
    depth: options.depth ?? 1,
  });
}

export function putPath(
  board: Board,
  points: [number, number][],
  colour: string,
  options: {
    readonly enter: Enter;
    readonly width?: number;
    readonly alpha?: number;
    readonly fill_to_y?: number;
  },
): void {
  board.layers.push({
    type: "path",
    points,
    width: options.width ?? 2,
    colour,
    alpha: options.alpha ?? 1,
    fill_to_y: options.fill_to_y ?? null,
    enter: options.enter,
    leave_s: null,
    depth: 1,
  });
}
