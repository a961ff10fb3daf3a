import type { Outline, Research } from "@greenlight/contract/documents";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { JobCfg } from "@greenlight/contract/job";
import { Rejection } from "../../../domain/commands.ts";
import type { Candidate } from "./candidates.ts";
import { chooseSentences, lengthsOf } from "./choose-sentences.ts";
import { ctaOf, draftSections, type Writing } from "./draft-sections.ts";
import { includes, lessThin, readFeedback, type Wishes } from "./feedback.ts";
import { gather } from "./material.ts";
import { printScript } from "./print-script.ts";
import type { BuiltinStyle } from "./style.ts";

/** What the reviewers' words do not reach, each as a sentence for them. */
function unmetWishes(wishes: Wishes, all: readonly Candidate[], allowed: readonly Candidate[]): string[] {
  const missing = (words: string, candidates: readonly Candidate[]) =>
    !candidates.some((candidate) => includes(candidate.text, words));
  return [
    ...wishes.unmet,
    ...wishes.drop.filter((words) => missing(words, all)).map((words) => `drop: no sentence has “${words}”`),
    ...wishes.keep
      .filter((words) => missing(words, allowed))
      .map((words) =>
        missing(words, all)
          ? `keep: no sentence of the sources has “${words}”`
          : `keep: every sentence with “${words}” is dropped by another note`,
      ),
  ];
}

/** Words to drop that the brief itself says. */
function droppedOfCta(writing: Writing, wishes: Wishes): string[] {
  const cta = ctaOf(writing);
  const closeAt = writing.outline.sections.findIndex(({ id }) => id === "close");
  return [...wishes.drop, ...(wishes.sections.get(closeAt)?.drop ?? [])]
    .filter((words) => cta !== undefined && includes(cta, words))
    .map(
      (words) => `drop: “${words}” is in the brief's call to action, which is said as it is; change cta_text`,
    );
}

type Composed =
  | { readonly script: string; readonly unmet: readonly string[] }
  | { readonly short_s: number; readonly words: number };

/** Writes what the wishes ask for, or says how many seconds too little they leave to say. */
function compose(writing: Writing, wishes: Wishes): Composed {
  const { all, byOrder, target } = writing.material;
  const dropped = (c: Candidate): boolean =>
    wishes.drop.some((words) => includes(c.text, words)) ||
    (c.needs !== null && ((need) => need !== undefined && dropped(need))(byOrder.get(c.needs)));
  const allowed = all.filter((c) => !dropped(c));
  const unmet = [...unmetWishes(wishes, all, allowed), ...droppedOfCta(writing, wishes)];
  const { drafts, closing } = draftSections(writing, new Set(allowed));
  const lengths = lengthsOf(writing, drafts);
  const tell = (text: string) => void unmet.push(text);
  const chosen = chooseSentences({ writing, wishes, drafts, closing, allowed, lengths, tell });
  const drops = lessThin(wishes) !== null;
  const reach_s = drops ? lengths.reach(chosen) : lengths.length(chosen) + chosen.size * lengths.stretch_s;
  const short_s = target.least_s - reach_s;
  if (short_s > 0) return { short_s, words: [...chosen].reduce((sum, c) => sum + c.words, 0) };
  return { script: printScript(writing, drafts, chosen), unmet };
}

/**
 * The script: sentences of the sources in the sources' order, section by section, as many as fill the film's length.
 * Wishes that leave too little to fill it are let go of, the last first, and told.
 * @throws Rejection brief_too_thin
 */
export async function writeScript(
  cfg: JobCfg,
  outline: Outline,
  research: Research,
  feedback: readonly FeedbackNote[],
  style: BuiltinStyle,
  speechSeconds: (text: string) => Promise<number>,
  tell: (unmet: string) => void = () => undefined,
): Promise<string> {
  const material = await gather(cfg, research, style, speechSeconds);
  const writing = { cfg, outline, style, material };
  const headings = outline.sections.map(({ heading }) => heading);
  let wishes = readFeedback(feedback, style.feedback, headings);
  for (;;) {
    const made = compose(writing, wishes);
    if ("script" in made) {
      for (const unmet of made.unmet) tell(unmet);
      return made.script;
    }
    const less = lessThin(wishes);
    if (less === null)
      throw new Rejection(
        "brief_too_thin",
        `The outline's sections and the reviewer's notes leave ${Math.round(made.words)} words to speak; ${material.target.aim_s} s need about ` +
          `${Math.round(made.words) + Math.ceil(made.short_s / material.word_s)}. Give more source text, drop less, or set a shorter target length.`,
      );
    tell(`${less.without}: too little would be left to fill ${material.target.aim_s} s`);
    wishes = less.wishes;
  }
}
