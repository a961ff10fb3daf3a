/** A sentence and where it stands: `start` and `end` are character offsets into the text that was split. */
export type Sentence = { readonly text: string; readonly start: number; readonly end: number };

/** After these a full stop does not end a sentence. Lower case, without the stop. */
const ABBREVIATIONS = new Set(
  (
    "dr mr mrs ms prof st sr jr vs etc eg e.g ie i.e cf ca approx fig no vol pp ed eds al inc ltd co corp dept " +
    "gen col lt sgt rev hon gov sen rep jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k a.m p.m " +
    "z.b bzw usw ggf evtl nr bspw d.h u.a m p.ej sra av art núm"
  ).split(" "),
);

const endsInAbbreviation = (text: string): boolean => {
  const last = /(\S+)\.$/u.exec(text.trimEnd())?.[1];
  if (last === undefined) return false;
  const bare = last.replace(/^[("“'‘«[]+/u, "").toLowerCase();
  return ABBREVIATIONS.has(bare) || /^\p{L}$/u.test(bare) || /^(?:\p{L}\.)+\p{L}$/u.test(bare);
};

const segmenters = new Map<string, Intl.Segmenter>();
const segmenter = (language: string, granularity: "sentence" | "word"): Intl.Segmenter => {
  const key = `${granularity}:${language}`;
  const known = segmenters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.Segmenter(language, { granularity });
  segmenters.set(key, made);
  return made;
};

/**
 * Splits prose into sentences by the rules of `language` (BCP 47), mending the breaks a segmenter makes after
 * abbreviations, initials and before a lower-case word. White space around sentences is not part of them.
 */
export function splitSentences(text: string, language: string): Sentence[] {
  const pieces: { start: number; end: number }[] = [];
  for (const { segment, index } of segmenter(language, "sentence").segment(text)) {
    const previous = pieces.at(-1);
    const before = previous === undefined ? "" : text.slice(previous.start, previous.end);
    const continues =
      previous !== undefined &&
      (endsInAbbreviation(before) ||
        (/^\p{Ll}/u.test(segment) && /[.!?…]["”’)]*\s*$/u.test(before)) ||
        !/\p{L}|\p{N}/u.test(segment));
    if (previous !== undefined && continues) previous.end = index + segment.length;
    else pieces.push({ start: index, end: index + segment.length });
  }
  return pieces.flatMap(({ start, end }) => {
    const raw = text.slice(start, end);
    const trimmed = raw.trim();
    if (trimmed === "") return [];
    const from = start + raw.indexOf(trimmed);
    return [{ text: trimmed, start: from, end: from + trimmed.length }];
  });
}

/** Han, Hiragana, Katakana: written without spaces between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー]/gu;
/** Characters of such a script that take as long to say as one English word. */
const UNSPACED_PER_WORD = 2.4;

/** Words of a text, lower case, in order; punctuation is left out. */
export function wordsOf(text: string, language: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of segmenter(language, "word").segment(text)) {
    if (isWordLike === true) words.push(segment.toLowerCase());
  }
  return words;
}

/**
 * How long a text is to say, in English words: a word counts one, a numeral one per two digits (1966 is "nineteen
 * sixty-six"), scripts without spaces count by their characters.
 */
export function spokenWords(text: string, language: string): number {
  const unspaced = text.match(UNSPACED)?.length ?? 0;
  const rest = unspaced === 0 ? text : text.replace(UNSPACED, " ");
  let words = 0;
  for (const word of wordsOf(rest, language)) {
    const digits = word.replace(/\D/gu, "").length;
    words += digits === 0 ? 1 : Math.max(1, Math.ceil((digits + 1) / 2));
  }
  return words + unspaced / UNSPACED_PER_WORD;
}

/** True where the text is mostly of a script written without spaces: its sentences join without one. */
export function isUnspaced(text: string): boolean {
  const unspaced = text.match(UNSPACED)?.length ?? 0;
  return unspaced * 2 > (text.match(/\p{L}/gu)?.length ?? 0);
}

/** Sentences joined as running text. */
export function joinSentences(sentences: readonly string[]): string {
  return sentences.reduce(
    (all, next) => (all === "" ? next : isUnspaced(next) ? `${all}${next}` : `${all} ${next}`),
    "",
  );
}
