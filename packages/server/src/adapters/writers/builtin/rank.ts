import type { Brief } from "@greenlight/contract/brief";
import { type Candidate, termsOf } from "./candidates.ts";
import type { BuiltinStyle, LanguageStyle } from "./style.ts";

type Vector = ReadonlyMap<string, number>;

const normalised = (weights: Map<string, number>): Vector => {
  const length = Math.hypot(...weights.values());
  if (length > 0) for (const [term, weight] of weights) weights.set(term, weight / length);
  return weights;
};

const cosine = (a: Vector, b: Vector): number => {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [term, weight] of small) sum += weight * (large.get(term) ?? 0);
  return sum;
};

export type Ranking = {
  /** Worth of a sentence on its own; higher is better. */
  score(candidate: Candidate): number;
  /** 0…1: how much a heading is what title and intent ask for. */
  asked(heading: string | null): number;
  /** 0…1: how much two sentences say the same. */
  similarity(a: Candidate, b: Candidate): number;
};

/**
 * Scores sentences by TF-IDF centrality (closeness to the centroid of all, after Radev et al. 2004), overlap with
 * title and intent, wanted keywords, place, numbers and a length that is good to hear.
 */
export function rank(
  candidates: readonly Candidate[],
  brief: Brief,
  style: BuiltinStyle,
  own: LanguageStyle,
): Ranking {
  const stopwords = new Set(own.stopwords);
  const terms = (text: string) => termsOf(text, brief.language, stopwords);
  const documents = new Map<string, number>();
  for (const { terms: said } of candidates) {
    for (const term of new Set(said)) documents.set(term, (documents.get(term) ?? 0) + 1);
  }
  const vector = (words: readonly string[]): Vector => {
    const weights = new Map<string, number>();
    for (const word of words) {
      const idf = Math.log(1 + candidates.length / (documents.get(word) ?? candidates.length));
      weights.set(word, (weights.get(word) ?? 0) + idf);
    }
    return normalised(weights);
  };
  const vectors = new Map(candidates.map((c) => [c.order, vector(c.terms)]));
  const of = (c: Candidate): Vector => vectors.get(c.order) ?? new Map();
  const sum = new Map<string, number>();
  for (const each of vectors.values()) for (const [t, w] of each) sum.set(t, (sum.get(t) ?? 0) + w);
  const centroid = normalised(sum);
  const topic = vector(terms(`${brief.title} ${brief.intent}`));
  const wanted = brief.keywords_include.map((keyword) => terms(keyword));
  const central = Math.max(1e-9, ...candidates.map((c) => cosine(of(c), centroid)));
  const { ranking, sentences } = style;
  const scores = new Map(
    candidates.map((c) => {
      const said = new Set(c.terms);
      const hits = wanted.filter((words) => words.length > 0 && words.every((word) => said.has(word))).length;
      const misfit =
        Math.max(0, sentences.words_best_min - c.words, c.words - sentences.words_best_max) /
        sentences.words_best_max;
      return [
        c.order,
        (ranking.centrality * cosine(of(c), centroid)) / central +
          ranking.title * cosine(of(c), topic) +
          ranking.keyword * Math.min(2, hits) +
          (c.leads_group ? ranking.group_lead : 0) +
          ranking.early * (1 - c.order / Math.max(1, candidates.length)) +
          (c.leads_paragraph ? ranking.paragraph_lead : 0) +
          (/\p{N}/u.test(c.text) ? ranking.number : 0) +
          (/[?？؟]$/u.test(c.text) ? ranking.question : 0) -
          ranking.length * misfit,
      ];
    }),
  );
  return {
    score: (c) => scores.get(c.order) ?? 0,
    asked: (heading) => {
      const words = terms(heading ?? "");
      return words.length === 0 ? 0 : words.filter((word) => topic.has(word)).length / words.length;
    },
    similarity: (a, b) => cosine(of(a), of(b)),
  };
}
