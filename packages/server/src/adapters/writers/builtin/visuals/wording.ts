import { posix } from "node:path";
import type { Visual } from "@greenlight/contract/storyboard";
import { capitalised, oneOf, wordsIn } from "./phrase.ts";
import type { Scene } from "./scene.ts";

const article = /^(?:an?|the)\s+/iu;

/** Words in quotation marks, four at least, and who says them if the sentence does. */
export function quotation(scene: Scene): Visual | null {
  const match = /["“„«「『](?<said>[^"”“»」』]+)["”»」』]/u.exec(scene.text);
  const said = match?.groups?.said?.trim();
  if (match === null || said === undefined || (wordsIn(said).length < 4 && said.length < 12)) return null;
  const before = scene.text.slice(0, match.index);
  const speaks = new RegExp(
    `^(?<by>[^,:]+?)(?:,[^:]*?,?)?\\s+${oneOf(scene.grammar.says)}\\s*[:,]?\\s*$`,
    "iu",
  ).exec(before);
  const by = speaks?.groups?.by?.trim();
  return {
    kind: "quotation",
    text: said,
    ...(by === undefined || wordsIn(by).length > 7 || scene.parser.leadsWithPronoun(by) ? {} : { by }),
  };
}

/** "An X is a Y …": the term and its meaning. */
export function definition(scene: Scene): Visual | null {
  const match =
    /^(?:(?:An?|The)\s+)?(?<term>[^,;:]{3,40}?)\s+(?:is|are|means|refers to)\s+(?:called\s+)?(?<meaning>an?\s[^,;:]+?)[.!]$/u.exec(
      scene.text,
    );
  const term = match?.groups?.term;
  const meaning = match?.groups?.meaning;
  if (term === undefined || meaning === undefined) return null;
  if (wordsIn(term).length > 4 || wordsIn(meaning).length > 16 || scene.parser.leadsWithPronoun(term))
    return null;
  return { kind: "definition", term: capitalised(term), meaning };
}

/** The parts of "A, B and C" in a clause; null unless there are three or more. */
function enumerated(text: string): string[] | null {
  const parts = text
    .split(/,\s+(?:and|or)\s+|,\s+|\s+(?:and|or)\s+(?=[^,]*$)/u)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return parts.length >= 3 && parts.length <= 6 && /(?:,|\s)(?:and|or)\s/u.test(text) && text.includes(",")
    ? parts
    : null;
}

/** Things a sentence counts up, three or more. */
export function list(scene: Scene): Visual | null {
  const { parser, limits } = scene;
  const sentence = scene.text.replace(/[.!?]["”]?$/u, "");
  const [head, tail] = sentence.split(/:\s+/u);
  const listed = tail === undefined ? null : enumerated(tail);
  if (head !== undefined && listed !== null) {
    const items = listed.map((item) => capitalised(parser.trimmed(item.replace(article, ""))));
    return items.every((item) => wordsIn(item).length <= limits.item_words + 1)
      ? { kind: "list", ...(wordsIn(head).length <= limits.label_words + 2 ? { heading: head } : {}), items }
      : null;
  }
  const clause = sentence.replace(/^[^,]*?,\s+(?:so|because)\s+/u, "");
  const parts = enumerated(clause);
  const [first, ...others] = parts ?? [];
  if (first === undefined) return null;
  const words = wordsIn(first);
  const at = parser.verbAt(words);
  if (at < 0) return null;
  const verbs = others.every((other) => parser.verbAt(["it", ...wordsIn(other)]) === 1);
  const nouns = others.every((other) => parser.verbAt(wordsIn(other)) < 0);
  if (!verbs && !nouns) return null;
  const items = [words.slice(verbs ? at : at + 1).join(" "), ...others].map((item) =>
    capitalised(parser.trimmed(verbs ? item : item.replace(article, ""))),
  );
  const heading = capitalised(words.slice(0, verbs ? at : at + 1).join(" "));
  if (items.some((item) => item === "" || wordsIn(item).length > limits.item_words)) return null;
  return {
    kind: "list",
    ...(wordsIn(heading).length <= limits.label_words && !parser.leadsWithPronoun(heading)
      ? { heading }
      : {}),
    items,
  };
}

/** A way: "from A to B, from B to C". */
export function route(scene: Scene): Visual | null {
  const legs = [...scene.text.matchAll(/(?<!\p{L})from (?<a>[\p{L}-]+(?: [\p{L}-]+)?) to (?<b>[\p{L}-]+)/gu)];
  if (legs.length >= 2) {
    const nodes = legs.flatMap((leg, i) => (i === 0 ? [leg.groups?.a, leg.groups?.b] : [leg.groups?.b]));
    const linked = legs.every((leg, i) => i === 0 || leg.groups?.a === legs[i - 1]?.groups?.b);
    const named = nodes.filter((node) => node !== undefined).map(capitalised);
    if (linked && named.length <= 5) return { kind: "diagram", nodes: named };
  }
  return null;
}

/** Steps that follow one another, or a cause and what comes of it. */
export function diagram(scene: Scene): Visual | null {
  const { grammar, parser, limits } = scene;
  const steps = enumerated(scene.text.replace(/[.!?]["”]?$/u, ""));
  if (steps !== null && steps.length <= 5 && steps.every((step) => parser.subject(step) !== null)) {
    const nodes = steps.map((step) => parser.condense(step.replace(article, ""), limits.item_words));
    if (nodes.every((node) => !node.endsWith("…"))) return { kind: "diagram", nodes: nodes.map(capitalised) };
  }
  const because = scene.text.split(
    new RegExp(`,?\\s+(?:${oneOf(grammar.because.filter((w) => w.length > 2))})\\s+`, "iu"),
  );
  const therefore = scene.text.split(
    new RegExp(`,\\s+(?:and\\s+)?(?:${oneOf(grammar.therefore)})\\s+`, "iu"),
  );
  const chain = because.length === 2 ? because.reverse() : therefore.length === 2 ? therefore : null;
  if (chain === null) return null;
  const nodes = chain.map((part) => parser.condense(part, limits.label_words + 2));
  const clear = nodes.every(
    (node) =>
      node !== "" && !node.endsWith("…") && !parser.leadsWithPronoun(node) && wordsIn(node).length >= 2,
  );
  return clear ? { kind: "diagram", nodes: nodes.map(capitalised) } : null;
}

/** A picture of the brief whose name or description the sentence speaks of. */
export function image(scene: Scene): Visual | null {
  const said = new Set(
    wordsIn(scene.text.toLowerCase()).map((w) => w.replace(/[^\p{L}\p{N}]/gu, "").replace(/s$/u, "")),
  );
  let best: { src: string; alt: string | undefined; match: number } | null = null;
  for (const { path, alt } of scene.brief.images) {
    const name =
      alt ??
      posix
        .basename(path)
        .replace(/\.[^.]+$/u, "")
        .replace(/[-_]+/gu, " ");
    const words = wordsIn(name.toLowerCase())
      .map((w) => w.replace(/[^\p{L}\p{N}]/gu, ""))
      .filter((w) => w.length > 2 && !scene.stopwords.has(w));
    const match = words.filter((w) => said.has(w.replace(/s$/u, ""))).length / Math.max(1, words.length);
    if (match >= scene.limits.image_match && match > (best?.match ?? 0)) best = { src: path, alt, match };
  }
  return best === null
    ? null
    : { kind: "image", src: best.src, ...(best.alt === undefined ? {} : { alt: best.alt }) };
}
