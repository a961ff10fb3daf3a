import { describe, expect, it } from "vitest";
import { measureLoudness } from "../measure/loudness.ts";
import { composeBed } from "./compose-bed.ts";
import { MOODS, type MoodName } from "./moods.ts";

const RATE = 48_000;

function powerDb(samples: Float32Array, from: number, to: number): number {
  const part = samples.subarray(from, to);
  return 10 * Math.log10(part.reduce((sum, s) => sum + s * s, 0) / part.length + 1e-15);
}

function bytesOf(samples: Float32Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

describe("composeBed", () => {
  it("gives the same samples for the same seed, others for another", () => {
    const options = { duration_s: 6, sample_rate: RATE };
    const bed = composeBed({ ...options, seed: 5 });
    const again = composeBed({ ...options, seed: 5 });
    const other = composeBed({ ...options, seed: 6 });
    expect([
      bytesOf(again.left).equals(bytesOf(bed.left)),
      bytesOf(again.right).equals(bytesOf(bed.right)),
    ]).toEqual([true, true]);
    expect(bytesOf(other.left).equals(bytesOf(bed.left))).toBe(false);
  });

  it.each(Object.keys(MOODS) as MoodName[])(
    "%s: as long as asked, never silent, never loud, different in both ears",
    (mood) => {
      for (const seed of [1, 2, 3]) {
        const bed = composeBed({ seed, duration_s: 20.5, sample_rate: RATE, mood });
        expect(bed.left.length).toBe(20.5 * RATE);
        expect(bed.left.reduce((most, s) => Math.max(most, Math.abs(s)), 0)).toBeLessThan(0.7);
        for (let at = RATE; at + 2 * RATE < bed.left.length - RATE; at += RATE) {
          expect(powerDb(bed.left, at, at + RATE)).toBeGreaterThan(-45);
        }
        expect(bytesOf(bed.left).equals(bytesOf(bed.right))).toBe(false);
        for (const edge of [bed.left[0], bed.left.at(-1)]) expect(Math.abs(edge ?? 1)).toBe(0);
      }
    },
  );

  it("stays out of the way: little above 4 kHz, an even loudness", async () => {
    const bed = composeBed({ seed: 9, duration_s: 30, sample_rate: RATE });
    const high = bed.left.map((s, i) => s - (bed.left[i - 1] ?? 0));
    // A first difference weighs a frequency f by 2·sin(πf/48000): a tone of 4 kHz loses 6 dB, one of 220 Hz 31 dB.
    expect(powerDb(high, 0, high.length) - powerDb(bed.left, 0, bed.left.length)).toBeLessThan(-22);
    expect((await measureLoudness(bed)).lra_lu).toBeLessThan(8);
  });

  it("survives the shortest lengths", () => {
    expect(composeBed({ seed: 1, duration_s: 0, sample_rate: RATE }).left.length).toBe(0);
    expect(composeBed({ seed: 1, duration_s: 0.01, sample_rate: RATE }).left.every(Number.isFinite)).toBe(
      true,
    );
  });
});
