import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { BuiltinStyle } from "./style.ts";

/** What reviewers' notes ask of the script. `factor` scales its length. */
export type Wishes = {
  readonly factor: number;
  readonly drop: readonly string[];
  readonly keep: readonly string[];
};

const unquote = (text: string): string =>
  text
    .trim()
    .replace(/^["“'‘]+|["”'’.;,]+$/gu, "")
    .trim();

/**
 * Reads notes line by line: `shorter` and `longer` change the length by one step each (within the style's limits),
 * `drop: words` and `keep: words` name sentences by words they have. Any other line is for human eyes.
 */
export function readFeedback(feedback: readonly FeedbackNote[], style: BuiltinStyle["feedback"]): Wishes {
  const drop: string[] = [];
  const keep: string[] = [];
  let factor = 1;
  const starts = (words: readonly string[]) =>
    new RegExp(`^\\s*(?:[-*]\\s*)?(?:${words.map(RegExp.escape).join("|")})\\s*:\\s*(.+)$`, "iu");
  const has = (words: readonly string[]) =>
    new RegExp(`(?<!\\p{L})(?:${words.map(RegExp.escape).join("|")})(?!\\p{L})`, "iu");
  for (const line of feedback.flatMap(({ notes }) => notes.split(/\r?\n/u))) {
    const dropped = starts(style.drop).exec(line)?.[1];
    const kept = starts(style.keep).exec(line)?.[1];
    if (dropped !== undefined) drop.push(unquote(dropped));
    else if (kept !== undefined) keep.push(unquote(kept));
    else if (has(style.shorter).test(line)) factor -= style.step;
    else if (has(style.longer).test(line)) factor += style.step;
  }
  return {
    factor: Math.min(style.factor_max, Math.max(style.factor_min, factor)),
    drop: drop.filter((words) => words !== ""),
    keep: keep.filter((words) => words !== ""),
  };
}
