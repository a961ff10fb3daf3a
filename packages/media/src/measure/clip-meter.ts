import type { Interval } from "./interval.ts";

/** |sample| from which it counts as full scale: −0.45 dBFS, as a lossy codec makes a flat top ring. */
const FULL_SCALE = 0.95;
/** Flat tops closer together than this belong to one clipped stretch: half a period of 25 Hz. */
const JOIN_S = 0.02;
/** A lone sample at full scale is a peak; several in a row are a flat top. */
const FLAT_TOP_SAMPLES = 3;

/**
 * Finds stretches of clipped sound: flat tops (3 or more samples in a row at full scale in one channel) that recur
 * at least every 20 ms. A clipped tone leaves full scale twice a period, so a literal unbroken run would only ever
 * find a stuck sample.
 */
export class ClipMeter {
  readonly #runs: number[];
  readonly #rate: number;
  #sample = 0;
  #start = -1;
  #last = -1;
  readonly #found: Interval[] = [];
  readonly #offset: number;

  constructor(rate: number, channels: number, offsetS: number) {
    this.#rate = rate;
    this.#runs = new Array<number>(channels).fill(0);
    this.#offset = offsetS;
  }

  /** `samples` interleaved, −1…1. */
  add(samples: Float32Array): void {
    const channels = this.#runs.length;
    for (let i = 0; i < samples.length; i += channels) {
      for (let c = 0; c < channels; c++) {
        const isFull = Math.abs(samples[i + c] ?? 0) >= FULL_SCALE;
        const run = isFull ? (this.#runs[c] ?? 0) + 1 : 0;
        this.#runs[c] = run;
        if (run >= FLAT_TOP_SAMPLES) this.#mark(this.#sample, run);
      }
      this.#sample++;
    }
  }

  /** All clipped stretches so far. Call once, at the end. */
  finish(): Interval[] {
    this.#close();
    return this.#found;
  }

  #mark(sample: number, run: number): void {
    if (this.#start >= 0 && sample - this.#last > JOIN_S * this.#rate) this.#close();
    if (this.#start < 0) this.#start = sample - run + 1;
    this.#last = sample;
  }

  #close(): void {
    if (this.#start < 0) return;
    this.#found.push({
      start_s: this.#offset + this.#start / this.#rate,
      end_s: this.#offset + (this.#last + 1) / this.#rate,
    });
    this.#start = -1;
  }
}
