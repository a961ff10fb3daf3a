import type { Visual } from "@greenlight/contract/storyboard";
import { capitalised, oneOf, wordsIn } from "./phrase.ts";
import type { Scene } from "./scene.ts";

/** "one or two", "hundreds": an amount that needs what is counted to be understood. */
const bareAmount = (grammar: Scene["grammar"]): RegExp =>
  new RegExp(
    `(?:^|\\s)(?:${oneOf(Object.keys(grammar.numerals))}|\\d[\\d.,]*|${oneOf(grammar.magnitudes)}s?)$`,
    "iu",
  );

/** What an amount counts: "megawatts" in "hundreds of megawatts at once", "turbines" in "24 turbines"; null if none. */
function counted(text: string, grammar: Scene["grammar"]): string | null {
  const amount = `(?:${oneOf(Object.keys(grammar.numerals))}|\\d[\\d.,]*|${oneOf(grammar.magnitudes)}s?)`;
  const match = new RegExp(`(?<!\\p{L})${amount}\\s+(?:of\\s+)?(?<unit>\\p{L}{3,})`, "iu").exec(text);
  return match?.groups?.unit ?? null;
}

/** Two things set against each other in one sentence: what each is or does. A verb they share is left out. */
export function comparison(scene: Scene): Visual | null {
  const { grammar, parser, limits } = scene;
  const parts = scene.text.split(new RegExp(`,?\\s+(?:${oneOf(grammar.contrasts)})\\s+`, "iu"));
  if (parts.length !== 2) return null;
  const said = parts.map((part) => parser.predicate(part) ?? "");
  const verbs = said.map((value) => wordsIn(value)[0]?.toLowerCase());
  const shared = verbs[0] === verbs[1] && said.every((value) => wordsIn(value).length > 1);
  const unit = said.map((value) => counted(value, grammar)).find((found) => found !== null) ?? null;
  const sides = parts.map((part, i) => {
    const label = parser.subject(part);
    const value = wordsIn(said[i] ?? "")
      .slice(shared ? 1 : 0)
      .join(" ");
    if (label === null || value === "" || wordsIn(label).length > limits.label_words) return null;
    const bare = bareAmount(grammar).test(value);
    if (wordsIn(value).length > limits.item_words + 3 || (bare && unit === null)) return null;
    return { label, value: capitalised(bare ? `${value} ${unit}` : value) };
  });
  const [left, right] = sides;
  if (left == null || right == null || left.label.toLowerCase() === right.label.toLowerCase()) return null;
  return { kind: "comparison", left, right };
}
