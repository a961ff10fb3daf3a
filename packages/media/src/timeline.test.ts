import { type Storyboard, storyboard } from "@greenlight/contract/storyboard";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BeatSpeech, planTimeline } from "./timeline.ts";

const PACING = { lead_s: 0.25, tail_s: 0.35 };

function boardOf(durations: readonly number[]): Storyboard {
  return storyboard.parse({
    slug: "sun",
    title: "Sun",
    language: "en",
    fps: 30,
    width: 1920,
    height: 1080,
    beats: durations.map((duration_s, i) => ({
      id: `b${i}`,
      section: "s",
      narration: "",
      duration_s,
      speech_s: 0,
      visual: { kind: "title", title: "Sun" },
      on_screen_text: "",
      motion: "push_in",
      transition: "cut",
    })),
  });
}

function speechOf(duration_s: number): BeatSpeech {
  return { duration_s, words: [{ text: "Hi", start_s: 0, end_s: duration_s }] };
}

describe("planTimeline", () => {
  it("begins speech exactly lead_s after its beat", () => {
    const beats = planTimeline(boardOf([3, 2.51, 4]), () => speechOf(1.234), PACING, 30);
    for (const beat of beats) expect((beat.words[0]?.start_s ?? 0) - beat.start_s).toBeCloseTo(0.25, 9);
  });

  it("stretches a beat whose speech would not fit, and keeps one that is longer", () => {
    const beats = planTimeline(boardOf([2.5, 6]), () => speechOf(4), PACING, 30);
    expect(beats.map((beat) => beat.end_s - beat.start_s)).toEqual([4.6, 6]);
  });

  it("needs no frame more for a length of whole frames", () => {
    const [beat] = planTimeline(boardOf([64 / 30]), () => undefined, PACING, 30);
    expect(beat?.end_s).toBe(64 / 30);
  });

  it("leaves no gap, lies on frames and holds all speech", () => {
    const lengths = fc.array(
      fc.tuple(fc.double({ min: 0.1, max: 20, noNaN: true }), fc.double({ min: 0, max: 20, noNaN: true })),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(lengths, fc.constantFrom(15, 24, 25, 30, 60), (made, fps) => {
        const board = boardOf(made.map(([duration]) => duration));
        const beats = planTimeline(board, (id) => speechOf(made[Number(id.slice(1))]?.[1] ?? 0), PACING, fps);
        let at = 0;
        for (const [i, beat] of beats.entries()) {
          expect(beat.start_s).toBe(at);
          at = beat.end_s;
          expect(Math.abs(beat.end_s * fps - Math.round(beat.end_s * fps))).toBeLessThan(1e-6);
          const [duration = 0, speech = 0] = made[i] ?? [];
          expect(beat.end_s - beat.start_s).toBeGreaterThanOrEqual(duration - 1e-6);
          if (speech > 0)
            expect(beat.end_s - 0.35).toBeGreaterThanOrEqual((beat.words.at(-1)?.end_s ?? 0) - 1e-6);
        }
      }),
    );
  });
});
