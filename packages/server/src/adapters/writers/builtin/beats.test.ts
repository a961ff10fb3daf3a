import { joinSentences } from "@greenlight/media/text/sentences";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pace } from "./pace.ts";
import { splitBeats } from "./split-beats.ts";

const speak = async (text: string) => text.split(/\s+/u).length / 2.6;
const limits = { most_s: 11.4, join_below_s: 2, join_up_to_s: 8.5 };
const sentence = fc
  .array(fc.stringMatching(/^[a-z]{1,9},?$/u), { minLength: 1, maxLength: 60 })
  .map((words) => `${words.join(" ")}.`);

describe("splitBeats", () => {
  it("speaks the script exactly, in order, in pieces that fit a beat", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sentence, { minLength: 1, maxLength: 12 }), async (texts) => {
        const script = texts.map((text, place) => ({
          text,
          section: place < 5 ? "a" : "b",
          place,
          citations: ["S1"],
        }));
        const beats = await splitBeats(script, limits, speak);
        expect(joinSentences(beats.map((b) => b.text))).toBe(joinSentences(texts));
        for (const beat of beats) expect(beat.speech_s).toBeLessThanOrEqual(limits.most_s);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it("cuts a sentence only when it alone is too long, and then at a clause", async () => {
    const half = "the water runs through the narrow gate and turns the heavy wheels again and again";
    const texts = [`When ${half}, ${half}, and ${half}.`, "Short.", "So is this one."];
    const beats = await splitBeats(
      texts.map((text, place) => ({ text, section: "a", place, citations: [] })),
      limits,
      speak,
    );
    expect(beats.length).toBeGreaterThanOrEqual(3);
    expect(beats[0]?.text).toMatch(/,$/u);
    expect(beats.at(-1)?.text).toBe("So is this one.");
    expect(beats.at(-2)?.text).toMatch(/^and .* again\. Short\.$/u);
  });
});

describe("pace", () => {
  const beat = fc
    .tuple(fc.double({ min: 2.5, max: 8, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true }))
    .map(([least_s, room]) => ({ least_s, aim_s: least_s + room / 2, most_s: least_s + room }));
  it("meets the target within a frame wherever the limits allow it, in whole frames, never too short", () => {
    fc.assert(
      fc.property(
        fc.array(beat, { minLength: 1, maxLength: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (beats, at) => {
          const sum = (pick: (b: (typeof beats)[number]) => number) =>
            beats.reduce((all, b) => all + pick(b), 0);
          const target = sum((b) => b.least_s) + at * (sum((b) => b.most_s) - sum((b) => b.least_s));
          const lengths = pace(beats, target, 30);
          for (const [i, length] of lengths.entries()) {
            expect(length).toBeGreaterThanOrEqual((beats[i]?.least_s ?? 0) - 1e-5);
            expect(Math.abs(length * 30 - Math.round(length * 30))).toBeLessThan(1e-3);
          }
          // Beats at their least are rounded up to a whole frame, and the next ones give it back where they can.
          const total = lengths.reduce((all, n) => all + n, 0);
          expect(Math.abs(total - target)).toBeLessThanOrEqual((beats.length + 1) / 30);
        },
      ),
    );
  });
});
