import type { JobCfg } from "@greenlight/contract/job";
import type { BuiltinStyle } from "./style.ts";

/** Seconds the film should last, and the least and most that acceptance lets pass. */
export type Target = { readonly aim_s: number; readonly least_s: number; readonly most_s: number };

/** The brief's length: `target_length_s`, else the middle of min–max (or the one given), else the style's default. */
export function targetOf(cfg: JobCfg, style: BuiltinStyle): Target {
  const { target_length_s: exact, target_length_min: min, target_length_max: max } = cfg.brief.video;
  const tolerance = cfg.render.profiles[cfg.render.profile]?.duration_tolerance ?? 0;
  if (exact === undefined && min !== undefined && max !== undefined) {
    return { aim_s: (min + max) * 30, least_s: min * 60, most_s: max * 60 };
  }
  const aim = exact ?? (min ?? max ?? style.default_target_s / 60) * 60;
  return { aim_s: aim, least_s: aim * (1 - tolerance), most_s: aim * (1 + tolerance) };
}

/**
 * Seconds the voice takes for one word, measured on up to `samples` of the sentences, evenly spread. Without a voice
 * (nothing was heard) the configured rate stands in.
 */
export async function secondsPerWord(
  sentences: readonly { readonly text: string; readonly words: number }[],
  cfg: JobCfg,
  samples: number,
  speechSeconds: (text: string) => Promise<number>,
): Promise<number> {
  const step = Math.max(1, sentences.length / samples);
  let seconds = 0;
  let words = 0;
  for (let at = 0; at < sentences.length; at += step) {
    const sentence = sentences[Math.floor(at)];
    if (sentence === undefined) continue;
    seconds += await speechSeconds(sentence.text);
    words += sentence.words;
  }
  return seconds > 0 && words > 0 ? seconds / words : 60 / cfg.render.pacing.words_per_minute;
}
