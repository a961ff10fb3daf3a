import { ENVELOPE_STEP_S, type LevelEnvelope, slice } from "./level-envelope.ts";

/** How far around a cue its onset is looked for. */
const BEFORE_S = 0.3;
const AFTER_S = 0.4;
/** Speech must rise this far above what was there before to have an onset at all. */
const RISE_DB = 12;
/** It has begun where it is this far above what was there before … */
const ABOVE_FLOOR_DB = 6;
/** … and no more than this below the loudest moment that follows, for so many steps in a row. */
const BELOW_PEAK_DB = 30;
const HELD_STEPS = 3;

/**
 * Seconds at which sound begins near `cueS`; null when it cannot be told from what sounded before (music as loud as
 * speech, or no pause).
 */
export function findOnset(envelope: LevelEnvelope, cueS: number): number | null {
  const from = Math.max(envelope.offset_s, cueS - BEFORE_S);
  const levels = slice(envelope, from, cueS + AFTER_S);
  const before = slice(envelope, from, cueS - 0.05).toSorted((a, b) => a - b);
  const floor = before[Math.floor(before.length / 2)] ?? -120;
  const peak = slice(envelope, cueS, cueS + AFTER_S).reduce((most, db) => Math.max(most, db), -120);
  if (peak - floor < RISE_DB) return null;
  const begun = Math.max(floor + ABOVE_FLOOR_DB, peak - BELOW_PEAK_DB);
  for (let i = 0; i + HELD_STEPS <= levels.length; i++) {
    if (levels.slice(i, i + HELD_STEPS).every((db) => db >= begun)) return from + i * ENVELOPE_STEP_S;
  }
  return null;
}

/** Largest delay that is looked for, in steps of the envelope. */
const MOST_LAG = 60;

/**
 * Seconds by which `film` runs behind `stem` around a stretch, found by correlating the two levels over time
 * (±300 ms). Null when the stretch is too short or flat to tell.
 */
export function findLag(
  stem: LevelEnvelope,
  film: LevelEnvelope,
  startS: number,
  endS: number,
): number | null {
  const a = slice(stem, startS, endS).map(audible);
  if (a.length < 2 * MOST_LAG) return null;
  let best = { lag: 0, score: 0 };
  for (let lag = -MOST_LAG; lag <= MOST_LAG; lag++) {
    const shift = lag * ENVELOPE_STEP_S;
    if (startS + shift < film.offset_s) continue;
    const score = correlation(a, slice(film, startS + shift, endS + shift).map(audible));
    if (score > best.score) best = { lag, score };
  }
  return best.score < 0.5 ? null : best.lag * ENVELOPE_STEP_S;
}

/** Levels far below speech differ without being heard. */
function audible(db: number): number {
  return Math.max(-50, db);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const n = Math.min(a.length, b.length);
  if (n === 0) return 0;
  const mean = (values: readonly number[]) => values.slice(0, n).reduce((sum, v) => sum + v, 0) / n;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = (a[i] ?? 0) - meanA;
    const y = (b[i] ?? 0) - meanB;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
