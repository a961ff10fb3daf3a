import type { Board } from "./board.ts";
import { CAP_HEIGHT, type FittedText } from "./fit-text.ts";
import { measureText } from "./measure-text.ts";
import type { Box, Enter, TextLayer, TextRun } from "./scene-spec.ts";

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
