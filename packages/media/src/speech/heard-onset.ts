import type { Spoken } from "./spoken.ts";

/** RMS is taken over steps of this length. */
const STEP_S = 0.005;
/** The onset is looked for in the first word, and in no more than this. */
const LONGEST_S = 0.4;
/** A word is heard once it is no more than this below the loudest of its beginning, for so many steps in a row. */
const BELOW_PEAK_DB = 30;
const HELD_STEPS = 3;

/**
 * Moves the start of the first word to where it is heard. A synthesizer's phone times count a breathed consonant (the
 * h of "honey") from before anyone hears it, and captions and cues that follow it would come early.
 */
export function fromHeardOnset(spoken: Spoken): Spoken {
  const [first, ...rest] = spoken.words;
  if (!first) return spoken;
  const onset = onsetAfter(spoken, first.start_s, Math.min(first.end_s, first.start_s + LONGEST_S));
  return onset === null ? spoken : { ...spoken, words: [{ ...first, start_s: onset }, ...rest] };
}

/** Seconds; null where nothing between the two times is loud enough for long enough. */
function onsetAfter({ samples, sample_rate }: Spoken, start_s: number, end_s: number): number | null {
  const step = Math.round(STEP_S * sample_rate);
  const from = Math.round(start_s * sample_rate);
  const steps = Math.floor((Math.round(end_s * sample_rate) - from) / step);
  const power = Array.from({ length: Math.max(0, steps) }, (_, i) =>
    samples
      .subarray(from + i * step, from + (i + 1) * step)
      .reduce((sum, sample) => sum + sample * sample, 0),
  );
  const least = Math.max(...power, 0) * 10 ** (-BELOW_PEAK_DB / 10);
  if (least === 0) return null;
  const at = power.findIndex(
    (_, i) => i + HELD_STEPS <= power.length && power.slice(i, i + HELD_STEPS).every((p) => p >= least),
  );
  return at < 0 ? null : start_s + at * STEP_S;
}
