import type { Cue } from "@greenlight/contract/documents";
import { createCanvas } from "@napi-rs/canvas";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prepareCaptions } from "./caption-overlay.ts";
import { contrastRatio } from "./contrast.ts";
import { type CaptionStyle, layoutCaption } from "./layout-captions.ts";
import { captionArea, isInside } from "./safe-area.ts";
import { anyFrame, FRAMES, LOOK } from "./testing/scene-samples.ts";

const styleOf = (style: CaptionStyle["style"]): CaptionStyle => ({
  burn_in: true,
  style,
  size_px: 64,
  max_chars: 42,
  max_lines: 2,
  min_s: 0.8,
  max_s: 7,
  gap_frames: 2,
  max_chars_per_s: 17,
});

/** Half a second a word, from `start_s` on. */
function cueOf(lines: string[], start_s = 0, index = 1): Cue {
  const words = lines
    .flatMap((line) => line.split(" "))
    .map((text, i) => ({ text, start_s: start_s + i * 0.5, end_s: start_s + i * 0.5 + 0.4 }));
  return { index, beat_id: "b01", start_s, end_s: start_s + words.length * 0.5, lines, words };
}

const frameOf = (size: readonly [number, number], language = "en") => ({
  width: size[0],
  height: size[1],
  language,
  look: LOOK,
});

function pixelsAt(cues: readonly Cue[], style: CaptionStyle["style"], t_s: number, language = "en"): Buffer {
  const canvas = createCanvas(480, 270);
  const ctx = canvas.getContext("2d");
  ctx.scale(0.25, 0.25);
  prepareCaptions(cues, styleOf(style), frameOf([1920, 1080], language)).draw(ctx, t_s);
  return Buffer.from(ctx.getImageData(0, 0, 480, 270).data.buffer);
}

describe("prepareCaptions", () => {
  it("keeps any two lines inside the caption band", () => {
    const line = fc.constantFrom(
      "Light",
      "灯台が海を変えた。",
      "كيف غيّرت المنارات البحر",
      "m".repeat(60),
      "Ω–x",
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 2 }), anyFrame, (lines, size) => {
        const overlay = prepareCaptions([cueOf(lines)], styleOf("karaoke"), frameOf(size));
        for (const { box, size_px } of overlay.boxes()) {
          expect(isInside(box, captionArea(size[0], size[1], LOOK.margin))).toBe(true);
          expect(size_px).toBeLessThanOrEqual(64);
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it("uses the set size where the lines fit", () => {
    const block = layoutCaption(
      cueOf(["A light at sea", "by night"]),
      styleOf("plate"),
      0.05,
      frameOf(FRAMES[0]),
    );
    expect(block.size_px).toBe(64);
  });

  it("reads spoken and coming words at 4.5 on the plate over white, whatever the colours", () => {
    const hex = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, "0")}`);
    fc.assert(
      fc.property(hex, hex, fc.constantFrom("karaoke", "plate", "outline"), (background, text, style) => {
        const look = { ...LOOK, background, text };
        const frame = { width: 1920, height: 1080, language: "en", look };
        for (const box of prepareCaptions([cueOf(["Light"])], styleOf(style), frame).boxes())
          for (const colour of box.colours)
            expect(contrastRatio(colour, box.behind)).toBeGreaterThanOrEqual(4.5);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it("has equal pixels exactly where its state is equal", () => {
    const cues = [cueOf(["A light at sea", "seen by night"]), cueOf(["And then"], 5, 2)];
    const overlay = prepareCaptions(cues, styleOf("karaoke"), frameOf(FRAMES[0]));
    const byState = new Map<string, Buffer>();
    for (let t = 0; t < 7; t += 0.17) {
      const state = overlay.stateAt(t);
      const pixels = pixelsAt(cues, "karaoke", t);
      const known = byState.get(state);
      if (known === undefined) byState.set(state, pixels);
      else expect(known.equals(pixels)).toBe(true);
    }
    const distinct = new Set([...byState.values()].map((pixels) => pixels.toString("base64")));
    expect(distinct.size).toBe(byState.size);
    expect(byState.size).toBe(10);
  });

  it("draws nothing between cues", () => {
    expect(pixelsAt([cueOf(["Light"], 2)], "plate", 1).every((byte) => byte === 0)).toBe(true);
  });

  it("lights up Arabic words from the right", () => {
    const cues = [cueOf(["كيف غيّرت المنارات البحر"])];
    const first = pixelsAt(cues, "karaoke", 0.1, "ar");
    const later = pixelsAt(cues, "karaoke", 0.6, "ar");
    let [left, right] = [480, 0];
    for (let i = 0; i < first.length; i += 4) {
      if (first[i] === later[i]) continue;
      const x = (i / 4) % 480;
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
    // The second word lies right of the middle, left of the first.
    expect(left).toBeGreaterThan(240);
    expect(right).toBeLessThan(480);
  });
});
