/** Seconds between two values of an envelope. */
export const ENVELOPE_STEP_S = 0.005;

/** Levels below this count as no sound at all. */
const FLOOR_DB = -120;

/** RMS level over time: one value (dBFS, all channels together) per 5 ms, the first from `offset_s`. */
export type LevelEnvelope = { readonly offset_s: number; readonly db: readonly number[] };

/** Builds a `LevelEnvelope` from interleaved samples as they come. */
export class EnvelopeMeter {
  readonly #block: number;
  readonly #offset: number;
  readonly #db: number[] = [];
  #sum = 0;
  #count = 0;

  constructor(rate: number, channels: number, offsetS: number) {
    this.#block = Math.round(rate * ENVELOPE_STEP_S) * channels;
    this.#offset = offsetS;
  }

  add(samples: Float32Array): void {
    for (const sample of samples) {
      this.#sum += sample * sample;
      if (++this.#count === this.#block) {
        this.#db.push(toDb(this.#sum / this.#block));
        this.#sum = 0;
        this.#count = 0;
      }
    }
  }

  finish(): LevelEnvelope {
    return { offset_s: this.#offset, db: this.#db };
  }
}

/** RMS level of a stretch in dBFS: the mean power of its steps. */
export function levelBetween(envelope: LevelEnvelope, startS: number, endS: number): number {
  const values = slice(envelope, startS, endS);
  if (values.length === 0) return FLOOR_DB;
  return toDb(values.reduce((sum, db) => sum + 10 ** (db / 10), 0) / values.length);
}

/** The steps between two times (seconds of the film). */
export function slice(envelope: LevelEnvelope, startS: number, endS: number): readonly number[] {
  const index = (t: number) => Math.max(0, Math.round((t - envelope.offset_s) / ENVELOPE_STEP_S));
  return envelope.db.slice(index(startS), index(endS));
}

function toDb(power: number): number {
  return Math.max(FLOOR_DB, 10 * Math.log10(power));
}
