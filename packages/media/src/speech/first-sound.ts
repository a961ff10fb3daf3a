import type { Spoken } from "./spoken.ts";

const WINDOW_S = 0.005;
/** Speech is heard from where it comes within this of the loudest moment of its beginning. */
const BELOW_PEAK_DB = 30;
/** How far into the speech its beginning is looked for, seconds. */
const WITHIN_S = 0.4;

/**
 * The speech with its first word timed from where sound begins: a voice counts the closure before "k", "p" or "t" to
 * the word, but nothing is heard of it. Without sound at the beginning nothing changes.
 */
export function fromFirstSound(spoken: Spoken): Spoken {
  const [first, ...others] = spoken.words;
  if (first === undefined) return spoken;
  const size = Math.max(1, Math.round(WINDOW_S * spoken.sample_rate));
  const from = Math.round(first.start_s * spoken.sample_rate);
  const powers: number[] = [];
  for (
    let at = from;
    at + size <= Math.min(spoken.samples.length, from + WITHIN_S * spoken.sample_rate);
    at += size
  ) {
    let sum = 0;
    for (let i = at; i < at + size; i++) sum += (spoken.samples[i] ?? 0) ** 2;
    powers.push(sum / size);
  }
  const least = Math.max(0, ...powers) * 10 ** (-BELOW_PEAK_DB / 10);
  const heard = least > 0 ? powers.findIndex((power) => power >= least) : -1;
  const start_s = first.start_s + heard * WINDOW_S;
  if (heard <= 0 || start_s >= first.end_s) return spoken;
  return { ...spoken, words: [{ ...first, start_s }, ...others] };
}
