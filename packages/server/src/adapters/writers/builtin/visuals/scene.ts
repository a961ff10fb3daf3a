import type { Brief } from "@greenlight/contract/brief";
import type { BuiltinStyle, Grammar, LanguageStyle } from "../style.ts";
import { type Parser, parserOf } from "./phrase.ts";

/** What a visual is chosen from: the sentence spoken, and those of its section that were heard before. */
export type Scene = {
  readonly text: string;
  /** Spoken before in the same section, nearest last. */
  readonly before: readonly string[];
  readonly brief: Brief;
  readonly grammar: Grammar;
  readonly parser: Parser;
  readonly stopwords: ReadonlySet<string>;
  readonly limits: BuiltinStyle["visuals"];
};

/** Everything of a scene but its sentences, made once per storyboard. */
export const setOf = (
  brief: Brief,
  own: LanguageStyle,
  limits: BuiltinStyle["visuals"],
): Omit<Scene, "text" | "before"> => ({
  brief,
  grammar: own.grammar,
  parser: parserOf(own.grammar, own.pronouns),
  stopwords: new Set(own.stopwords),
  limits,
});
