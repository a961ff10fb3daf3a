import type { Visual } from "@greenlight/contract/storyboard";
import { wordsIn } from "./phrase.ts";
import { quantitiesIn } from "./quantities.ts";
import type { Scene } from "./scene.ts";

/** What a clause comes to: "never missed", "no dam at all", else the thing its verb acts on; three words at most. */
function objectOf(scene: Scene, text: string): string | null {
  const { grammar, parser } = scene;
  const not = /(?<!\p{L})(?:no\s(?!other)\p{L}+(?:\sat\sall)?|never\s\p{L}+|nothing|nobody)/iu.exec(text);
  if (not !== null) return not[0];
  const words = wordsIn(parser.clauses(text)[0] ?? text);
  const stops = new Set([...grammar.prepositions, ...grammar.conjunctions, ...grammar.adverbs]);
  const verb = parser.verbAt(words);
  if (verb < 0) return null;
  let from = verb + 1;
  while (from < words.length && grammar.determiners.includes((words[from] ?? "").toLowerCase())) from += 1;
  let to = from;
  while (to < words.length && to < from + 3 && !stops.has((words[to] ?? "").toLowerCase())) to += 1;
  const object = words.slice(from, to).join(" ");
  const complete = to === words.length || stops.has((words[to] ?? "").toLowerCase());
  return complete &&
    !parser.leadsWithPronoun(object) &&
    [...object].length >= scene.limits.emphasis_min_letters
    ? object
    : null;
}

/** The sentence in few words, the one that matters most set off. */
export function statement(scene: Scene): Visual {
  const { brief, parser, limits, stopwords } = scene;
  const short = parser.condense(scene.text, limits.statement_words);
  const clause = parser.clauses(scene.text)[0] ?? "";
  // A longer clause in smaller type says more than half of one.
  const text = short.endsWith("…") && wordsIn(clause).length <= limits.statement_words * 2 ? clause : short;
  const words = wordsIn(text).map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ""));
  const wanted = brief.keywords_include.find((keyword) => text.toLowerCase().includes(keyword.toLowerCase()));
  const at = wanted === undefined ? -1 : text.toLowerCase().indexOf(wanted.toLowerCase());
  const object = objectOf(scene, text);
  if (wanted === undefined && object !== null) return { kind: "statement", text, emphasis: object };
  const longest = words
    .filter((word) => [...word].length >= limits.emphasis_min_letters && !stopwords.has(word.toLowerCase()))
    .sort((a, b) => b.length - a.length)[0];
  const number = quantitiesIn(text, scene.grammar)[0];
  if (number !== undefined) {
    return { kind: "statement", text, emphasis: text.slice(number.start, number.end).trim() };
  }
  const emphasis = wanted === undefined ? longest : text.slice(at, at + wanted.length);
  return { kind: "statement", text, ...(emphasis === undefined || words.length < 3 ? {} : { emphasis }) };
}
