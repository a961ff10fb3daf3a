import { expect, it } from "vitest";
import { fromFirstSound } from "./first-sound.ts";

const rate = 16000;
const spoken = (silent_s: number) => ({
  sample_rate: rate,
  samples: Float32Array.from({ length: rate }, (_, i) => (i < silent_s * rate ? 0 : Math.sin(i / 5) / 2)),
  words: [
    { text: "Keep", start_s: 0, end_s: 0.3 },
    { text: "it", start_s: 0.3, end_s: 1 },
  ],
});

it("times the first word from where it is heard", () => {
  expect(fromFirstSound(spoken(0.07)).words[0]?.start_s).toBeCloseTo(0.07, 2);
  expect(fromFirstSound(spoken(0.07)).words[1]).toEqual({ text: "it", start_s: 0.3, end_s: 1 });
});

it("leaves speech that begins at once, and silence, as they are", () => {
  const at_once = spoken(0);
  expect(fromFirstSound(at_once)).toBe(at_once);
  const silent = spoken(1);
  expect(fromFirstSound(silent)).toBe(silent);
});
