import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { BuiltinStyle } from "./style.ts";

/** What is asked of the whole script or of one section. `steps` above 0 is longer, below 0 shorter. */
export type Wish = {
  readonly steps: number;
  readonly drop: readonly string[];
  readonly keep: readonly string[];
};

/** What reviewers' notes ask of the script; `steps` of the whole of it. */
export type Wishes = {
  readonly steps: number;
  readonly drop: readonly string[];
  readonly keep: readonly string[];
  /** By the section's index among the headings. */
  readonly sections: ReadonlyMap<number, Wish>;
  /** Lines that ask nothing the writer can do, each as a sentence for people. */
  readonly unmet: readonly string[];
};

type Direction =
  | { readonly do: "shorter" | "longer" }
  | { readonly do: "drop" | "keep"; readonly words: string };
type Style = BuiltinStyle["feedback"];

const unquote = (text: string): string =>
  text
    .trim()
    .replace(/^["“'‘]+|["”'’.;,]+$/gu, "")
    .trim();

const anyOf = (words: readonly string[]): string => words.map(RegExp.escape).join("|");

/** The direction a text gives: `drop: words`, `keep: words`, or one of the words for shorter and longer. */
export function directionOf(text: string, style: Style): Direction | null {
  for (const kind of ["drop", "keep"] as const) {
    const named = new RegExp(`^\\s*(?:${anyOf(style[kind])})\\s*:\\s*(.+)$`, "iu").exec(text)?.[1];
    if (named !== undefined && unquote(named) !== "") return { do: kind, words: unquote(named) };
  }
  for (const kind of ["shorter", "longer"] as const)
    if (new RegExp(`(?<!\\p{L})(?:${anyOf(style[kind])})(?!\\p{L})`, "iu").test(text)) return { do: kind };
  return null;
}

/** Whether a text names a way to show a beat, and which: `visual: list`. */
export const visualOf = (text: string, style: Style): string | undefined =>
  new RegExp(`^\\s*(?:${anyOf(style.visual)})\\s*:\\s*(\\w+)`, "iu").exec(text)?.[1];

/** The stage that follows a line of a note, if this writer does: what is said is the script's, a beat the storyboard's. */
export function stageOf(line: string, ofBeat: boolean, style: Style): "script" | "storyboard" | null {
  // A section may stand before its direction.
  const direction = directionOf(line, style) ?? directionOf(line.slice(line.indexOf(":") + 1), style);
  if (visualOf(line, style) !== undefined) return "storyboard";
  if (ofBeat && style.drop.includes(line.trim().toLowerCase())) return "storyboard";
  if (direction === null) return null;
  return ofBeat && (direction.do === "shorter" || direction.do === "longer") ? "storyboard" : "script";
}

/** Notes as lines without their bullets; empty ones are left out. */
export const linesOf = (feedback: readonly FeedbackNote[]): string[] =>
  feedback
    .flatMap(({ notes }) => notes.split(/\r?\n/u))
    .map((line) => line.replace(/^\s*(?:[-*]\s+)?/u, "").trim())
    .filter((line) => line !== "");

/** Whether a text has these words, in any case. */
export const includes = (text: string, words: string): boolean =>
  text.toLowerCase().includes(words.toLowerCase());

/** What steps of the whole script scale its length by. */
export const factorOf = (steps: number, { step, factor_min, factor_max }: Style): number =>
  Math.min(factor_max, Math.max(factor_min, 1 + steps * step));

/** The words a reviewer may use, for a refusal. */
export const known = (style: Style): string =>
  [style.shorter[0], style.longer[0], `${style.drop[0]}:`, `${style.keep[0]}:`].join(", ");

/** Index of the section a line begins with (its heading, or `section N`), and what follows the colon. */
function addressed(line: string, headings: readonly string[], style: Style) {
  const lower = line.toLowerCase();
  const named = headings
    .map((heading, at) => ({ heading: heading.trim().toLowerCase(), at }))
    .sort((a, b) => b.heading.length - a.heading.length)
    .find(({ heading }) => heading !== "" && new RegExp(`^${RegExp.escape(heading)}\\s*:`, "u").test(lower));
  if (named !== undefined)
    return { at: named.at, rest: line.slice(line.indexOf(":", named.heading.length) + 1) };
  const numbered = new RegExp(`^(?:${anyOf(style.section)})\\s+(\\d{1,4})\\s*:(.*)$`, "iu").exec(line);
  if (numbered === null) return null;
  const at = Number(numbered[1]) - 1;
  return { at: at < headings.length ? at : -1, rest: numbered[2] ?? "" };
}

/**
 * Reads notes line by line. `shorter` and `longer` change the script's length by one step each (within the style's
 * limits), `drop: words` and `keep: words` name sentences by words they have; after `<heading>:` or `section N:` each
 * is asked of that section alone. A line that says none of it is for people, and is named in `unmet`; so is a `drop` or
 * `keep` that a later contrary line of the same words takes back.
 */
export function readFeedback(
  feedback: readonly FeedbackNote[],
  style: Style,
  headings: readonly string[],
): Wishes {
  const unmet: string[] = [];
  const asked = new Map<number | null, { steps: number; drop: string[]; keep: string[] }>();
  const heed = (where: number | null, direction: Direction) => {
    const wish = asked.get(where) ?? { steps: 0, drop: [], keep: [] };
    asked.set(where, wish);
    if (direction.do === "drop" || direction.do === "keep") {
      const contrary = direction.do === "drop" ? "keep" : "drop";
      const same = (words: string) => words.toLowerCase() === direction.words.toLowerCase();
      if (wish[contrary].some(same)) {
        wish[contrary] = wish[contrary].filter((words) => !same(words));
        const at = where === null ? "" : `section ${where + 1}: `;
        unmet.push(
          `${at}${contrary}: ${direction.words}: taken back by the later “${direction.do}: ${direction.words}”`,
        );
      }
      wish[direction.do].push(direction.words);
    } else wish.steps += direction.do === "longer" ? 1 : -1;
  };
  const forPeople = (line: string) =>
    unmet.push(`“${line}” is a note for people; the built-in writer knows ${known(style)}`);
  for (const line of linesOf(feedback)) {
    const section = addressed(line, headings, style);
    const colon = line.indexOf(":");
    const whole = directionOf(line, style);
    if (section !== null) {
      const direction = directionOf(section.rest, style);
      if (direction === null) forPeople(line);
      else if (section.at < 0) unmet.push(`${line}: the script has ${headings.length} sections`);
      else heed(section.at, direction);
    } else if (whole === null && colon < 0) forPeople(line);
    else if (
      colon > 0 &&
      whole?.do !== "drop" &&
      whole?.do !== "keep" &&
      directionOf(line.slice(0, colon), style) === null
    ) {
      // Before the colon stands no direction: what follows is asked of something that is not there.
      if (directionOf(line.slice(colon + 1), style) === null) forPeople(line);
      else unmet.push(`${line}: no section is named “${line.slice(0, colon).trim()}”`);
    } else if (whole === null) forPeople(line);
    else heed(null, whole);
  }
  const all = asked.get(null) ?? { steps: 0, drop: [], keep: [] };
  asked.delete(null);
  const sections = new Map<number, Wish>();
  for (const [at, wish] of asked) if (at !== null) sections.set(at, wish);
  const limit = all.steps > 0 ? style.factor_max - 1 : 1 - style.factor_min;
  const most = Math.ceil(limit / style.step - 1e-9);
  if (Math.abs(all.steps) > most)
    unmet.push(
      `${all.steps > 0 ? "longer" : "shorter"}: ${most} of ${Math.abs(all.steps)} steps are taken: the film keeps its length`,
    );
  const steps = Math.sign(all.steps) * Math.min(most, Math.abs(all.steps));
  return { steps, drop: all.drop, keep: all.keep, sections, unmet };
}

/** The wishes without the last `drop`, that of a section first, and which that was; null when nothing is dropped. */
export function lessThin(wishes: Wishes): { wishes: Wishes; without: string } | null {
  const cut = [...wishes.sections].findLast(([, wish]) => wish.drop.length > 0);
  if (cut !== undefined) {
    const [at, wish] = cut;
    const sections = new Map(wishes.sections).set(at, { ...wish, drop: wish.drop.slice(0, -1) });
    return { wishes: { ...wishes, sections }, without: `section ${at + 1}: drop: ${wish.drop.at(-1)}` };
  }
  if (wishes.drop.length > 0)
    return { wishes: { ...wishes, drop: wishes.drop.slice(0, -1) }, without: `drop: ${wishes.drop.at(-1)}` };
  return null;
}
