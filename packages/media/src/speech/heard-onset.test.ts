import { expect, it } from "vitest";
import { fromHeardOnset } from "./heard-onset.ts";

const RATE = 16_000;

/** A word of 0.5 s of which the first `breath_s` are 50 dB below the rest. */
function spoken(breath_s: number) {
  const samples = Float32Array.from({ length: RATE }, (_, i) => {
    const level = i / RATE < breath_s ? 0.002 : i < RATE / 2 ? 0.6 : 0;
    return level * Math.sin(i / 5);
  });
  const words = [
    { text: "Honey", start_s: 0, end_s: 0.5 },
    { text: "keeps.", start_s: 0.5, end_s: 1 },
  ];
  return { sample_rate: RATE, samples, words };
}

it("starts the first word where it is heard and leaves the others", () => {
  const { words } = fromHeardOnset(spoken(0.08));
  expect(words[0]?.start_s).toBeCloseTo(0.08, 2);
  expect(words[0]?.end_s).toBe(0.5);
  expect(words[1]).toEqual({ text: "keeps.", start_s: 0.5, end_s: 1 });
});

it("leaves a word that is loud from its start, silence, and nothing", () => {
  expect(fromHeardOnset(spoken(0)).words[0]?.start_s).toBe(0);
  const silent = { ...spoken(0), samples: new Float32Array(RATE) };
  expect(fromHeardOnset(silent)).toBe(silent);
  const nothing = { sample_rate: RATE, samples: new Float32Array(), words: [] };
  expect(fromHeardOnset(nothing)).toBe(nothing);
});
