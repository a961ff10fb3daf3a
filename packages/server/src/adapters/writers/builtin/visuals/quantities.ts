import type { Grammar } from "../style.ts";
import { oneOf } from "./phrase.ts";

/** A number a sentence gives. `start`…`end` spans it with its approximation and unit. */
export type Quantity = {
  /** As shown, short: "≈ 800", "£179", "2 million". */
  readonly shown: string;
  readonly value: number;
  readonly unit: string | null;
  readonly start: number;
  readonly end: number;
};
export type Year = { readonly year: number; readonly start: number; readonly end: number };

const DIGITS = "\\d{1,3}(?:[,\\u202f\\u00a0’']\\d{3})+(?:\\.\\d+)?|\\d+(?:[.,]\\d+)?";
const SCALE: Record<string, number> = {
  hundred: 1e2,
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
  trillion: 1e12,
};

const parsed = (digits: string): number => {
  const plain = digits.replace(/[\u202f\u00a0’']/gu, "");
  return Number(
    /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/u.test(plain) ? plain.replace(/,/gu, "") : plain.replace(",", "."),
  );
};

/** Years that a sentence dates something with: four digits after a word such as "in", or any after "year". */
export function yearsIn(text: string, grammar: Grammar): Year[] {
  const years: Year[] = [];
  const pattern = new RegExp(
    `(?:(?<lead>(?:in|by|since|during|around)\\s+)?(?:the\\s+)?year\\s+|(?<=(?<!\\p{L})${oneOf(grammar.year_words)}\\s)|^|(?<=[(（]))(?<year>1\\d{3}|20\\d{2}|(?<=year\\s)\\d{3,4})(?![\\d,.]*\\d|\\s*%|\\p{L})`,
    "giu",
  );
  for (const match of text.matchAll(pattern)) {
    const year = match.groups?.year;
    if (year === undefined) continue;
    const after = text.slice(match.index + match[0].length);
    if (
      /^\s+(?!and|or|to|on|in|with|at|by|when|which|the|a|for|from|after|before|as|it|its|has|had|was|is)\p{Ll}+s(?!\p{L})/u.test(
        after,
      )
    )
      continue;
    years.push({ year: Number(year), start: match.index, end: match.index + match[0].length });
  }
  for (const match of text.matchAll(/(1\d{3}|20\d{2})\s?年/gu)) {
    years.push({ year: Number(match[1]), start: match.index, end: match.index + match[0].length });
  }
  return years;
}

/** Numbers with what they count; years are not among them. */
export function quantitiesIn(text: string, grammar: Grammar): Quantity[] {
  const years = yearsIn(text, grammar);
  const signs = Object.entries(grammar.approximations);
  const approximation = oneOf(signs.flatMap(([, words]) => words));
  const numerals = oneOf(Object.keys(grammar.numerals));
  const magnitude = oneOf(grammar.magnitudes);
  const small = oneOf([
    ...grammar.prepositions,
    ...grammar.determiners,
    ...grammar.conjunctions,
    ...grammar.adverbs,
  ]);
  const verbs = oneOf(grammar.verbs.filter((verb) => verb.length > 2 || verb === "is"));
  const word = `(?!${small}(?![\\p{L}])|${verbs}(?![\\p{L}]))\\p{L}[\\p{L}-]*`;
  const unit = `(?:%|percent(?!\\p{L})|per cent(?!\\p{L})|°C|°F|(?:square |cubic )?${word}(?:[ -]hours?(?!\\p{L}))?(?:\\s(?:per|a)\\s(?:(?:second|minute|hour|day|week|month|year|person|kilo\\p{L}+|mega\\p{L}+|giga\\p{L}+)(?:[ -]hours?)?))?)`;
  const pattern = new RegExp(
    `(?:(?<![\\p{L}])(?<about>${approximation})\\s+)?(?<currency>[$£€¥])?(?:(?<digits>${DIGITS})|(?<![\\p{L}-])(?<numeral>${numerals})(?![\\p{L}-]))(?:[\\s-]+(?<magnitude>${magnitude})(?!\\p{L}))?(?:[\\s-]?(?<unit>${unit}))?`,
    "giu",
  );
  const found: Quantity[] = [];
  for (const match of text.matchAll(pattern)) {
    const groups = match.groups ?? {};
    const at = match.index;
    const end = at + match[0].length;
    if (years.some((year) => year.start < end && at < year.end)) continue;
    const digits = groups.digits;
    const base =
      digits === undefined ? grammar.numerals[(groups.numeral ?? "").toLowerCase()] : parsed(digits);
    if (base === undefined || !Number.isFinite(base)) continue;
    const times = groups.magnitude?.toLowerCase();
    if (digits === undefined && times === undefined && (groups.unit === undefined || base < 3)) continue;
    const about = groups.about?.toLowerCase();
    const sign = about === undefined ? "" : (signs.find(([, words]) => words.includes(about))?.[0] ?? "");
    const number = `${groups.currency ?? ""}${digits ?? base}${times === undefined ? "" : ` ${times}`}`;
    const named = groups.unit?.replace(/^per cent$/iu, "percent") ?? null;
    found.push({
      shown: sign === "" ? number : `${sign} ${number}`,
      value: base * (times === undefined ? 1 : (SCALE[times] ?? 1)),
      unit: named ?? groups.currency ?? null,
      start: at,
      end,
    });
  }
  return found;
}

/** Units that count the same thing: case, plural and spelling aside. */
export const sameUnit = (a: string | null, b: string | null): boolean => {
  const plain = (unit: string | null) =>
    unit === null
      ? null
      : unit
          .toLowerCase()
          .replace(/%/gu, "percent")
          .replace(/hours/gu, "hour")
          .replace(/(?<=\p{L}{2})s$/u, "");
  return plain(a) !== null && plain(a) === plain(b);
};
