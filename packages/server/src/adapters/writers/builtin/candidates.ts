import type { Brief } from "@greenlight/contract/brief";
import type { Research } from "@greenlight/contract/documents";
import { splitSentences, spokenWords, wordsOf } from "@greenlight/media/text/sentences";
import { shorten } from "./shorten.ts";
import type { BuiltinStyle, LanguageStyle } from "./style.ts";

/** A sentence that could be spoken. */
export type Candidate = {
  /** Place among all candidates, in the order of the sources. */
  readonly order: number;
  readonly text: string;
  readonly citation: string;
  readonly group: number;
  readonly passage_id: string;
  readonly words: number;
  readonly terms: readonly string[];
  readonly leads_group: boolean;
  readonly leads_paragraph: boolean;
  /** `order` of the sentence it leans on; null when it stands alone. */
  readonly needs: number | null;
};

/** Sentences under one heading of one source. `id` is that of its first passage. */
export type Group = {
  readonly id: string;
  readonly heading: string | null;
  readonly source_title: string;
  /** True for what stands before the source's second heading: its opening. */
  readonly opening: boolean;
  readonly candidates: readonly Candidate[];
};

const anyOf = (words: readonly string[], before: string, after: string): RegExp | null =>
  words.length === 0 ? null : new RegExp(`${before}(?:${words.map(RegExp.escape).join("|")})${after}`, "iu");

/** Recognises sentences that cannot be understood without the one before. */
export function leansIn(style: LanguageStyle): (sentence: string) => boolean {
  const edge = "(?![\\p{L}\\p{N}'’])";
  const opener = anyOf(style.leaning_openers, "^[\"“‘'(]*", edge);
  const within = anyOf(style.leaning_words, "(?<![\\p{L}\\p{N}])", edge);
  const afterComma = anyOf(style.pronouns, "^(?:[^\\s,]+\\s){0,5}[^\\s,]+,\\s", edge);
  return (sentence) =>
    opener?.test(sentence) === true || within?.test(sentence) === true || afterComma?.test(sentence) === true;
}

/** Content words of a text: no stop words, plural and singular as one. */
export function termsOf(text: string, language: string, stopwords: ReadonlySet<string>): string[] {
  return wordsOf(text, language)
    .filter((word) => !stopwords.has(word) && (word.length > 1 || !/^[a-z]$/u.test(word)))
    .map((word) => (/^[a-z]{4,}s$/u.test(word) && !/(?:ss|us|is)$/u.test(word) ? word.slice(0, -1) : word));
}

const ENDS = /[.!?…。！？؟।。]["”’»」』)\]]*$/u;
const balanced = (text: string): boolean =>
  (text.match(/["“”]/gu)?.length ?? 0) % 2 === 0 &&
  (text.match(/[(（]/gu)?.length ?? 0) === (text.match(/[)）]/gu)?.length ?? 0);

/**
 * Every sentence of the research that can be read aloud as it stands, grouped by heading. Left out: fragments, list
 * items that are no sentences, what has an address, code or an excluded keyword in it, and repeats.
 */
export function groupsOf(research: Research, brief: Brief, style: BuiltinStyle, own: LanguageStyle): Group[] {
  const { language } = brief;
  const stopwords = new Set(own.stopwords);
  const leans = leansIn(own);
  const excluded = anyOf(brief.keywords_exclude, "(?<![\\p{L}\\p{N}])", "");
  const count = (text: string) => spokenWords(text, language);
  const seen = new Set<string>();
  const groups: (Omit<Group, "candidates"> & { candidates: Candidate[] })[] = [];
  let order = 0;
  for (const source of research.sources) {
    let last: string | null | undefined;
    let headings = 0;
    for (const passage of source.passages) {
      if (passage.heading !== last || headings === 0) {
        groups.push({
          id: passage.id,
          heading: passage.heading,
          source_title: source.title,
          opening: headings === 0,
          candidates: [],
        });
        last = passage.heading;
        headings += 1;
      }
      const group = groups.at(-1);
      if (group === undefined) continue;
      let previous: Candidate | null = null;
      let first = true;
      for (const { text: raw } of splitSentences(passage.text, language)) {
        const text = shorten(raw, style.sentences.shorten_above, count);
        const words = count(text);
        const key = wordsOf(text, language).join(" ");
        const needy = leans(text);
        const usable =
          ENDS.test(text) &&
          !/^\p{Ll}/u.test(text) &&
          !/https?:|www\.|[{}<>|\\=]|\S@\S/u.test(text) &&
          balanced(text) &&
          words >= style.sentences.words_min &&
          words <= style.sentences.words_max &&
          excluded?.test(text) !== true &&
          !seen.has(key) &&
          (!needy || previous !== null);
        if (usable) {
          seen.add(key);
          const made: Candidate = {
            order: order++,
            text,
            citation: source.id,
            group: groups.length - 1,
            passage_id: passage.id,
            words,
            terms: termsOf(text, language, stopwords),
            leads_group: group.candidates.length === 0,
            leads_paragraph: first,
            needs: needy && previous !== null ? previous.order : null,
          };
          group.candidates.push(made);
          previous = made;
        } else previous = null;
        first = false;
      }
    }
  }
  return groups
    .filter((group) => group.candidates.length > 0)
    .map((group, index) => ({
      ...group,
      candidates: group.candidates.map((candidate) => ({ ...candidate, group: index })),
    }));
}
