import { joinWords } from "../speech/written-words.ts";
import { bindingTo } from "./binding-words.ts";

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

/** Length in columns: a full-width sign takes two. */
export function columns(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0);
}

export type Lines = { readonly lines: string[]; readonly cost: number };

/**
 * Sets words in at most `maxLines` (1 or 2) lines of at most `maxChars` columns: one line if they fit, else two of
 * even length, broken where the sentence pauses and not after an article or preposition. Undefined if they do not fit.
 */
export function breakLines(words: readonly string[], maxChars: number, maxLines: number): Lines | undefined {
  const whole = joinWords(words);
  if (columns(whole) <= maxChars) return { lines: [whole], cost: 0 };
  if (maxLines < 2) return undefined;
  let best: Lines | undefined;
  for (let split = 1; split < words.length; split += 1) {
    const top = joinWords(words.slice(0, split));
    const bottom = joinWords(words.slice(split));
    if (columns(top) > maxChars || columns(bottom) > maxChars) continue;
    const cost = breakCost(words[split - 1] ?? "", Math.abs(columns(top) - columns(bottom)) / maxChars);
    if (!best || cost < best.cost) best = { lines: [top, bottom], cost };
  }
  return best;
}

function breakCost(last: string, imbalance: number): number {
  const pause = /[.!?…,;:。、！？][\p{Pe}\p{Pf}"'”’]*$/u.test(last) ? -0.6 : 0;
  return 1 + imbalance * 1.5 + bindingTo(last) * 1.5 + pause;
}
