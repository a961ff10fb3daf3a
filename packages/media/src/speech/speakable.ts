import { spokenEnglish } from "./spoken-english.ts";
import { writtenWords } from "./written-words.ts";

/** A written word and how it is to be said. */
export type SpeakableWord = {
  readonly text: string;
  /** What a synthesizer is given: letters, digits, apostrophes and spaces; empty where there is nothing to say. */
  readonly spoken: string;
  /** What follows: nothing, a short pause, the end of a sentence. */
  readonly after: "" | "," | "." | "?";
};

const NO_SENTENCE_END =
  /^[("'“‘]*(?:(?:Dr|Mr|Mrs|Ms|Prof|St|Mt|No|Fig|vs|approx|ca|cf|e\.g|i\.e|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|[\p{Lu}])\.|(?:\p{Lu}\.){2,})$/u;
const SENTENCE_END = /[.!?…。！？؟।][\p{Pe}\p{Pf}"'”’]*(?:\s.*)?$/su;
const CLAUSE_END = /(?:[,;:،、，；：–—]|\p{Pe})["'”’]*(?:\s.*)?$/su;

/** Splits a text into words and writes each as it is spoken in `language` (BCP 47). Nothing to say: no words. */
export function speakable(text: string, language: string): SpeakableWord[] {
  const written = writtenWords(text, language);
  const english = /^en\b/i.test(language);
  return written.map((word, index) => ({
    text: word,
    spoken: english ? spokenEnglish(written, index) : plainSpoken(word),
    after: pauseAfter(word, written[index + 1]),
  }));
}

/** Whether a written word ends its sentence. `next` is the word after it. */
export function endsSentence(word: string, next: string | undefined): boolean {
  if (next === undefined) return true;
  if (!SENTENCE_END.test(word)) return false;
  return !NO_SENTENCE_END.test(word);
}

/** Whether a pause is natural after a written word though its sentence goes on. */
export function endsClause(word: string): boolean {
  return CLAUSE_END.test(word);
}

function pauseAfter(word: string, next: string | undefined): SpeakableWord["after"] {
  if (endsSentence(word, next)) return /[?？؟]/.test(word) ? "?" : ".";
  return endsClause(word) ? "," : "";
}

/** Leaves a word's letters, digits and the signs inside numbers; synthesizers of other languages read numbers. */
function plainSpoken(word: string): string {
  return word
    .replace(/[^\p{L}\p{M}\p{N}'’.,:%€$£°/&+-]/gu, " ")
    .replace(/^[^\p{L}\p{N}€$£]+|[^\p{L}\p{M}\p{N}%€$£°]+$/gu, "")
    .replace(/&/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
