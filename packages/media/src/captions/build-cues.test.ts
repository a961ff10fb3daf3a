import type { Timing } from "@greenlight/contract/documents";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinWords } from "../speech/written-words.ts";
import { columns } from "./break-lines.ts";
import { buildCues } from "./build-cues.ts";

const RULES = { max_chars: 42, max_lines: 2, min_s: 0.8334, max_s: 7, gap_frames: 2, max_chars_per_s: 17 };
const FPS = 30;
const FRAME = 1 / FPS;
const EPSILON = 1e-6;

type Beat = Timing["beats"][number];

/** A beat that says the words one after the other, `rate` characters a second, with a pause after each comma. */
function beatOf(words: readonly string[], start: number, rate = 15, id = "b01"): Beat {
  let at = start + 0.25;
  const timed = words.map((text) => {
    const start_s = at;
    const end_s = start_s + (text.length + 1) / rate;
    at = end_s + (/[.,]$/.test(text) ? 0.3 : 0);
    return { text, start_s, end_s };
  });
  return { beat_id: id, start_s: start, end_s: Math.ceil((at + 0.35) * FPS) / FPS, words: timed };
}

function sentence(text: string, rate = 15): Beat {
  return beatOf(text.split(" "), 0, rate);
}

const word = fc
  .tuple(fc.stringMatching(/^[a-z]{1,14}$/), fc.constantFrom("", "", "", "", ",", "."))
  .map(([letters, mark]) => letters + mark);
const beats = fc
  .array(fc.tuple(fc.array(word, { maxLength: 40 }), fc.integer({ min: 8, max: 22 })), { maxLength: 4 })
  .map((parts) => {
    const made: Beat[] = [];
    for (const [i, [words, rate]] of parts.entries()) {
      made.push(beatOf(words, made.at(-1)?.end_s ?? 0, rate, `b${i}`));
    }
    return made;
  });

describe("buildCues", () => {
  it("shows every word once, in order, and spells the lines from them", () => {
    fc.assert(
      fc.property(beats, (made) => {
        const cues = buildCues(made, RULES, FPS);
        const shown = cues.flatMap((cue) => cue.words.map((w) => w.text));
        expect(shown).toEqual(made.flatMap((beat) => beat.words.map((w) => w.text)));
        for (const cue of cues) expect(cue.lines.join(" ")).toBe(joinWords(cue.words.map((w) => w.text)));
        expect(cues.map((cue) => cue.index)).toEqual(cues.map((_, i) => i + 1));
      }),
      { numRuns: 60 },
    );
  });

  it("cuts a beat the same way wherever in the film it stands", () => {
    const spoken = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 5, max: 60 })), {
      minLength: 1,
      maxLength: 24,
    });
    fc.assert(
      fc.property(
        spoken,
        fc.integer({ min: 1, max: 9000 }),
        fc.constantFrom(15, 25, 30, 60),
        (hundredths, frame, fps) => {
          const startingAt = (first: number) => {
            const start_s = first / fps;
            let said = 0;
            const words = hundredths.map(([pause, length], i) => {
              const from = said + pause / 100;
              said = from + length / 100;
              const offset = start_s + 0.25;
              return { text: i % 5 === 4 ? "rain." : "water", start_s: offset + from, end_s: offset + said };
            });
            const end_s = (first + Math.ceil((said + 0.6) * fps)) / fps;
            return buildCues([{ beat_id: "b01", start_s, end_s, words }], RULES, fps).map((cue) => ({
              words: cue.words.length,
              from: Math.round(cue.start_s * fps) - first,
              to: Math.round(cue.end_s * fps) - first,
            }));
          };
          expect(startingAt(frame)).toEqual(startingAt(0));
        },
      ),
      { seed: 1, numRuns: 1000 },
    );
  });

  it("keeps the shape: lines, longest time, gaps, frames, its own beat", () => {
    fc.assert(
      fc.property(beats, (made) => {
        const cues = buildCues(made, RULES, FPS);
        for (const [i, cue] of cues.entries()) {
          const beat = made.find((b) => b.beat_id === cue.beat_id);
          expect(cue.lines.length).toBeLessThanOrEqual(2);
          for (const line of cue.lines) expect(columns(line)).toBeLessThanOrEqual(42);
          expect(cue.end_s - cue.start_s).toBeLessThanOrEqual(7 + EPSILON);
          expect(cue.end_s).toBeGreaterThan(cue.start_s);
          expect(cue.start_s).toBeGreaterThanOrEqual((beat?.start_s ?? 0) - EPSILON);
          expect(cue.end_s).toBeLessThanOrEqual((beat?.end_s ?? 0) + EPSILON);
          for (const edge of [cue.start_s, cue.end_s])
            expect(Math.abs(edge * FPS - Math.round(edge * FPS))).toBeLessThan(EPSILON);
          const next = cues[i + 1];
          if (next) expect(next.start_s - cue.end_s).toBeGreaterThanOrEqual(2 * FRAME - EPSILON);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("comes in within 3 frames of its first word and goes at most 12 frames after its last", () => {
    fc.assert(
      fc.property(beats, (made) => {
        for (const cue of buildCues(made, RULES, FPS)) {
          const first = cue.words[0];
          const last = cue.words.at(-1);
          expect(Math.abs(cue.start_s - (first?.start_s ?? 0))).toBeLessThanOrEqual(3 * FRAME + EPSILON);
          const late = cue.end_s - (last?.end_s ?? 0);
          // A caption of one short word stays for the least readable time instead.
          if (cue.end_s - cue.start_s > RULES.min_s + FRAME)
            expect(late).toBeLessThanOrEqual(12 * FRAME + EPSILON);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("reads no faster than 17 characters a second where the speech allows it", () => {
    const text =
      "Solar panels turn sunlight into electricity. A modern panel converts a fifth of the energy that reaches it, and it lasts for thirty years.";
    for (const cue of buildCues([sentence(text, 16)], RULES, FPS)) {
      expect(cue.lines.join(" ").length / (cue.end_s - cue.start_s)).toBeLessThanOrEqual(17);
      expect(cue.end_s - cue.start_s).toBeGreaterThanOrEqual(0.8333);
    }
  });

  it("ends captions at the end of sentences", () => {
    const cues = buildCues(
      [sentence("It works well today. The sun shines on every roof in the town.")],
      RULES,
      FPS,
    );
    expect(cues.map((cue) => cue.lines.join(" "))).toEqual([
      "It works well today.",
      "The sun shines on every roof in the town.",
    ]);
  });

  it("never leaves an article at the end of a line", () => {
    const cues = buildCues(
      [sentence("Every summer the people of the village bring a very old boat to the lake.")],
      RULES,
      FPS,
    );
    for (const line of cues.flatMap((cue) => cue.lines)) expect(line).not.toMatch(/ (?:a|an|the|of|to)$/i);
  });

  it("keeps a lone short word on screen for the least time", () => {
    const beat = {
      beat_id: "b01",
      start_s: 0,
      end_s: 3,
      words: [{ text: "Yes.", start_s: 0.25, end_s: 0.45 }],
    };
    const [cue] = buildCues([beat], RULES, FPS);
    expect((cue?.end_s ?? 0) - (cue?.start_s ?? 0)).toBeGreaterThanOrEqual(0.8333);
  });

  it("breaks Japanese between words, without spaces, by its width", () => {
    const words = Array.from(
      new Intl.Segmenter("ja", { granularity: "word" }).segment(
        "太陽光発電は日光を電気に変える技術であり世界中で急速に広がっている。",
      ),
      (part) => part.segment,
    );
    const cues = buildCues([beatOf(words, 0, 8)], RULES, FPS);
    expect(cues.map((cue) => cue.lines.join("")).join("")).toBe(words.join(""));
    for (const line of cues.flatMap((cue) => cue.lines)) expect(columns(line)).toBeLessThanOrEqual(42);
  });

  it("cuts a word wider than a line into pieces", () => {
    const cues = buildCues([beatOf(["so", "x".repeat(500), "ends."], 0)], RULES, FPS);
    expect(cues.flatMap((cue) => cue.words.map((w) => w.text)).join("")).toBe(`so${"x".repeat(500)}ends.`);
    for (const line of cues.flatMap((cue) => cue.lines)) expect(line.length).toBeLessThanOrEqual(42);
  });

  it("makes no captions of silent beats", () => {
    expect(buildCues([{ beat_id: "b01", start_s: 0, end_s: 4, words: [] }], RULES, FPS)).toEqual([]);
  });
});
