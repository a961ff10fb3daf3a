import type { Grammar } from "../style.ts";

/** Matches one of the words or phrases, longest first; never matches when there are none. */
export const oneOf = (words: readonly string[]): string =>
  words.length === 0
    ? "(?!)"
    : `(?:${[...words]
        .sort((a, b) => b.length - a.length)
        .map(RegExp.escape)
        .join("|")})`;

export const wordsIn = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== "");
const bare = (word: string): string => word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");

export const capitalised = (text: string): string =>
  text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
export const withoutStop = (text: string): string => text.trim().replace(/[\s.,;:!?…。！？؟।—–-]+$/u, "");

/** How a language's sentences are taken apart. All of it gives nothing where the language has no grammar. */
export type Parser = {
  /** Index among `words` of the first verb that has a subject before it; −1 if none. */
  verbAt(words: readonly string[]): number;
  /** What the clause is about, without its article, e.g. "Wind turbine"; null if unclear. */
  subject(clause: string): string | null;
  /** What is said of the subject, without a bare "is"; null if unclear. */
  predicate(clause: string): string | null;
  /** Clauses between commas, semicolons, colons and dashes. */
  clauses(sentence: string): string[];
  /** At most `most` words of the sentence that stand for it; "…" marks a cut that could not be avoided. */
  condense(sentence: string, most: number): string;
  /** Without words at the ends that lead nowhere: "and", "of the". */
  trimmed(text: string): string;
  leadsWithPronoun(text: string): boolean;
  /** Whether its last word is a verb: what follows it is missing. */
  endsOnParticiple(text: string): boolean;
};

const COPULA = new Set(["is", "are", "was", "were"]);

export function parserOf(grammar: Grammar, pronouns: readonly string[]): Parser {
  const verbs = new Set<string>();
  for (const verb of grammar.verbs) {
    const stem = verb.replace(/e$/u, "");
    for (const form of [verb, `${verb}s`, `${verb}es`, `${verb}ed`, `${stem}ed`]) verbs.add(form);
    if (/[^aeiou]y$/u.test(verb)) for (const end of ["ies", "ied"]) verbs.add(verb.slice(0, -1) + end);
    if (/[aeiou][bdgmnprt]$/u.test(verb)) verbs.add(`${verb}${verb.at(-1)}ed`);
  }
  const set = (words: readonly string[]) => new Set(words.map((word) => word.toLowerCase()));
  const [prepositions, determiners, conjunctions, adverbs, own] = [
    grammar.prepositions,
    grammar.determiners,
    grammar.conjunctions,
    grammar.adverbs,
    pronouns,
  ].map(set) as [Set<string>, Set<string>, Set<string>, Set<string>, Set<string>];
  const numerals = new Set(Object.keys(grammar.numerals));
  const dangling = (word: string) => {
    const w = bare(word);
    return (
      w === "" ||
      prepositions.has(w) ||
      determiners.has(w) ||
      conjunctions.has(w) ||
      COPULA.has(w) ||
      adverbs.has(w)
    );
  };
  const leading = (word: string) => conjunctions.has(bare(word));

  const trimmed = (text: string): string => {
    const words = wordsIn(withoutStop(text));
    while (words.length > 1 && dangling(words.at(-1) ?? "")) words.pop();
    while (words.length > 1 && leading(words[0] ?? "")) words.shift();
    return withoutStop(words.join(" "));
  };

  const verbAt = (words: readonly string[]): number =>
    words.findIndex((word, i) => {
      if (i === 0 || !verbs.has(bare(word))) return false;
      const before = words.slice(0, i).map(bare);
      const last = before.at(-1) ?? "";
      const subjectless = before.every((w) => determiners.has(w) || numerals.has(w) || adverbs.has(w));
      return (
        !subjectless &&
        !determiners.has(last) &&
        !prepositions.has(last) &&
        !/[’'](?:s)?$/u.test(words[i - 1] ?? "")
      );
    });

  const clauses = (sentence: string): string[] =>
    withoutStop(sentence)
      .split(/(?<!\d)[,，、](?=\s|\p{L})|,(?=\s)|[;:；：](?=\s|$)|\s[—–-]\s|—/u)
      .map((clause) => clause.trim())
      .filter((clause) => clause !== "");

  const leadsWithPronoun = (text: string): boolean => own.has(bare(wordsIn(text)[0] ?? ""));

  const endsOnParticiple = (text: string): boolean => {
    const last = bare(wordsIn(text).at(-1) ?? "");
    return verbs.has(last) || (grammar.verbs.length > 0 && /(?:ced|sed|ted|red|ded)$/u.test(last));
  };

  const subject = (clause: string): string | null => {
    const words = wordsIn(withoutStop(clause));
    while (words.length > 0 && leading(words[0] ?? "")) words.shift();
    const at = verbAt(words);
    if (at <= 0) return null;
    let end = at;
    while (end > 0 && adverbs.has(bare(words[end - 1] ?? ""))) end -= 1;
    const named = words.slice(0, end);
    if (named.length > 1 && determiners.has(bare(named[0] ?? "")) && !own.has(bare(named[0] ?? "")))
      named.shift();
    const text = named.join(" ");
    return text === "" || leadsWithPronoun(text) || /,/u.test(text) ? null : capitalised(text);
  };

  const predicate = (clause: string): string | null => {
    const words = wordsIn(withoutStop(clause));
    while (words.length > 0 && leading(words[0] ?? "")) words.shift();
    const at = verbAt(words);
    if (at <= 0) return null;
    const said = words.slice(COPULA.has(bare(words[at] ?? "")) ? at + 1 : at);
    return said.length === 0 ? null : withoutStop(said.join(" "));
  };

  /** "and" may join two nouns: only before a clause of its own does the sentence end there. */
  const opensClause = (words: readonly string[], at: number): boolean =>
    !/^(?:and|or)$/iu.test(bare(words[at] ?? "")) || verbAt(words.slice(at + 1)) > 0;

  const shortened = (clause: string, most: number): string | null => {
    let words = wordsIn(trimmed(clause));
    while (words.length > most) {
      let cut = -1;
      for (let i = words.length - 1; i >= 3; i--) {
        if (
          prepositions.has(bare(words[i] ?? "")) ||
          (conjunctions.has(bare(words[i] ?? "")) && i > 3 && opensClause(words, i))
        ) {
          cut = i;
          break;
        }
      }
      if (cut < 3) return null;
      const next = wordsIn(trimmed(words.slice(0, cut).join(" ")));
      if (next.length >= words.length || next.length < 3) return null;
      if (verbAt(words) >= 0 && verbAt(next) < 0) return null;
      words = next;
      // "until most" leads nowhere: a conjunction needs a clause after it.
      while (words.length > 4 && conjunctions.has(bare(words.at(-2) ?? "")))
        words = wordsIn(trimmed(words.slice(0, -2).join(" ")));
    }
    return words.join(" ");
  };

  const condense = (sentence: string, most: number): string => {
    const whole = withoutStop(sentence);
    if (wordsIn(whole).length <= most) return whole;
    const all = clauses(sentence);
    const main =
      all.length > 1 && wordsIn(all[0] ?? "").length <= 4 && verbAt(wordsIn(all[0] ?? "")) < 0
        ? all.slice(1)
        : all;
    for (let count = main.length; count > 0; count--) {
      const head = main.slice(0, count).join(", ");
      if (wordsIn(head).length <= most && wordsIn(head).length >= 3) return capitalised(trimmed(head));
    }
    const cut = shortened(main[0] ?? whole, most);
    if (cut !== null) return capitalised(cut);
    const other = main.find((clause) => wordsIn(clause).length <= most && wordsIn(clause).length >= 4);
    if (other !== undefined) return capitalised(trimmed(other));
    return `${capitalised(
      trimmed(
        wordsIn(main[0] ?? whole)
          .slice(0, most)
          .join(" "),
      ),
    )} …`;
  };

  return { verbAt, subject, predicate, clauses, condense, trimmed, leadsWithPronoun, endsOnParticiple };
}
