import type { Research } from "@greenlight/contract/documents";
import type { JobCfg } from "@greenlight/contract/job";
import { spokenWords } from "@greenlight/media/text/sentences";
import { Rejection } from "../../../domain/commands.ts";
import { type Candidate, type Group, groupsOf } from "./candidates.ts";
import { secondsPerWord, type Target, targetOf } from "./length.ts";
import { rank } from "./rank.ts";
import type { Choosing } from "./select.ts";
import { type BuiltinStyle, type LanguageStyle, styleOf } from "./style.ts";

/** All that outline and script choose from. */
export type Material = {
  readonly target: Target;
  readonly own: LanguageStyle;
  readonly groups: readonly Group[];
  readonly all: readonly Candidate[];
  readonly byOrder: ReadonlyMap<number, Candidate>;
  readonly by: Choosing;
  /** Seconds the voice takes for a word. */
  readonly word_s: number;
  /** Seconds a text takes, the planned pause included; 0 for nothing. */
  seconds(text: string | undefined): number;
};

/**
 * Gathers the speakable sentences and checks that they can fill the film even with the longest pauses.
 * @throws Rejection brief_too_thin
 */
export async function gather(
  cfg: JobCfg,
  research: Research,
  style: BuiltinStyle,
  speechSeconds: (text: string) => Promise<number>,
): Promise<Material> {
  const own = styleOf(style, cfg.brief.language);
  const target = targetOf(cfg, style);
  const groups = groupsOf(research, cfg.brief, style, own);
  const all = groups.flatMap((group) => group.candidates);
  const word_s = await secondsPerWord(all, cfg, style.pacing.rate_samples, speechSeconds);
  const seconds = (text: string | undefined) =>
    text === undefined || text.trim() === ""
      ? 0
      : spokenWords(text, cfg.brief.language) * word_s + style.pacing.pause_aim_s;
  const cost = (c: Candidate) => c.words * word_s + style.pacing.pause_aim_s;
  const stretch = style.pacing.pause_max_s - style.pacing.pause_aim_s;
  const texts = cfg.brief.cta_text === undefined ? 0 : 1;
  const reach =
    all.reduce((sum, c) => sum + cost(c), 0) + seconds(cfg.brief.cta_text) + (all.length + texts) * stretch;
  if (all.length === 0 || reach < target.least_s) {
    const have = Math.round(all.reduce((sum, c) => sum + c.words, 0));
    const each = all.length === 0 ? style.sentences.words_best_max : have / all.length;
    const perSentence = each * word_s + style.pacing.pause_max_s;
    const need = Math.ceil((target.least_s / perSentence) * each);
    throw new Rejection(
      "brief_too_thin",
      `The sources hold ${have} words in sentences that can be spoken; ${target.aim_s} s need at least ${need}. ` +
        "Give more source text, or a shorter target length.",
    );
  }
  return {
    target,
    own,
    groups,
    all,
    byOrder: new Map(all.map((c) => [c.order, c])),
    by: {
      ranking: rank(all, cfg.brief, style, own),
      redundancy: style.ranking.redundancy,
      similarity_max: style.ranking.similarity_max,
      cost,
    },
    word_s,
    seconds,
  };
}
