import { formatPatch, structuredPatch } from "diff";
import { Rejection } from "../domain/commands.ts";

type Named = readonly [label: string, text: string];

/** How long the lines may be laid against one another, milliseconds: the work grows with the square of what differs. */
const DIFF_MS = 15_000;

/** A unified diff by line with three lines around each change. @throws Rejection comparison_too_large */
export function compareTexts(
  [oldLabel, before]: Named,
  [newLabel, after]: Named,
): { added_lines: number; removed_lines: number; unified: string } {
  if (before === after) return { added_lines: 0, removed_lines: 0, unified: "" };
  const patch = structuredPatch(oldLabel, newLabel, before, after, undefined, undefined, {
    context: 3,
    timeout: DIFF_MS,
  });
  if (!patch)
    throw new Rejection(
      "comparison_too_large",
      `The texts differ in too many lines to be laid against one another within ${DIFF_MS / 1000} s.`,
    );
  const count = (sign: string) =>
    patch.hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.startsWith(sign)).length, 0);
  return { added_lines: count("+"), removed_lines: count("-"), unified: formatPatch(patch) };
}
