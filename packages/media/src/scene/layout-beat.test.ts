import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contrastRatio } from "./contrast.ts";
import { layoutBeat } from "./layout-beat.ts";
import { contentArea, isInside } from "./safe-area.ts";
import { sceneSpec } from "./scene-spec.ts";
import {
  anyFrame,
  anyLanguage,
  anyMotion,
  anyText,
  anyVisual,
  FRAMES,
  LOOK,
  SAMPLES,
  specOf,
} from "./testing/scene-samples.ts";

const RUNS = { seed: 7, numRuns: 250 };
const hex = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, "0")}`);

describe("layoutBeat", () => {
  it("draws each variant unlike the one before, with the same words", () => {
    const frame = [1920, 1080] as const;
    const visual = { kind: "statement", text: "The Moon never sleeps" } as const;
    const words = (spec: ReturnType<typeof specOf>) =>
      spec.layers.flatMap((layer) => (layer.type === "text" ? layer.runs.map((run) => run.text) : []));
    for (const motion of ["push_in", "still_breathe"] as const)
      for (let variant = 1; variant < 6; variant++) {
        const before = specOf(visual, frame, { motion, variant: variant - 1 });
        const spec = specOf(visual, frame, { motion, variant });
        expect(spec).not.toEqual(before);
        expect(words(spec)).toEqual(words(before));
      }
    expect(specOf(visual, frame, { variant: 0 })).toEqual(specOf(visual, frame));
  });

  it("keeps every text above the captions and inside the safe area, whatever it is given", () => {
    fc.assert(
      fc.property(
        anyVisual,
        anyFrame,
        anyLanguage,
        anyText,
        anyMotion,
        (visual, frame, language, section, motion) => {
          const spec = specOf(visual, frame, { language, section, motion });
          const area = contentArea(frame[0], frame[1], LOOK.margin);
          for (const layer of spec.layers)
            if (layer.type === "text" && !isInside(layer.box, area, 1))
              throw new Error(`${JSON.stringify(layer)} leaves ${JSON.stringify(area)}`);
        },
      ),
      RUNS,
    );
  });

  it("never lets one text run over another", () => {
    fc.assert(
      fc.property(anyVisual, anyFrame, anyLanguage, (visual, frame, language) => {
        const texts = specOf(visual, frame, { language }).layers.filter((layer) => layer.type === "text");
        texts.forEach((a, i) => {
          for (const b of texts.slice(i + 1)) {
            const across =
              Math.min(a.box.x + a.box.width, b.box.x + b.box.width) - Math.max(a.box.x, b.box.x);
            const down =
              Math.min(a.box.y + a.box.height, b.box.y + b.box.height) - Math.max(a.box.y, b.box.y);
            // Ink boxes of tight lines may touch where an ascender meets a descender.
            const least = 0.3 * Math.min(a.font.size_px, b.font.size_px);
            if (across > 1 && down > least) throw new Error(`${JSON.stringify(a)} over ${JSON.stringify(b)}`);
          }
        });
      }),
      RUNS,
    );
  });

  it("gives each text a contrast of 4.5 on what is behind it, with any colours", () => {
    fc.assert(
      fc.property(anyVisual, anyFrame, fc.tuple(hex, hex, hex, hex, hex), (visual, frame, colours) => {
        const [background, surface, text, accent, accent_2] = colours;
        const look = { ...LOOK, background, surface, text, accent, accent_2 };
        for (const layer of specOf(visual, frame, { look }).layers) {
          if (layer.type !== "text") continue;
          for (const run of layer.runs)
            expect(contrastRatio(run.colour, layer.behind)).toBeGreaterThanOrEqual(4.5);
        }
      }),
      RUNS,
    );
  });

  it("is a valid spec, plain JSON and the same each time", () => {
    for (const visual of SAMPLES)
      for (const frame of FRAMES) {
        const spec = specOf(visual, frame);
        expect(sceneSpec.parse(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
        expect(specOf(visual, frame)).toEqual(spec);
      }
  });

  it("shows the words it is given and shortens only what cannot fit", () => {
    const spec = specOf({ kind: "statement", text: "Light carries far over the sea" }, [1920, 1080]);
    const shown = spec.layers
      .flatMap((layer) => (layer.type === "text" ? layer.runs : []))
      .map((run) => run.text.trim());
    expect(shown.join(" ")).toContain("Light carries far over the sea");
    const long = specOf({ kind: "title", title: "word ".repeat(400) }, [1080, 1080]);
    expect(JSON.stringify(long.layers)).toContain("…");
  });

  it("begins with something within a second of the beat", () => {
    for (const visual of SAMPLES) {
      const first = Math.min(
        ...specOf(visual, [1920, 1080])
          .layers.filter((l) => l.depth > 0 && l.type !== "circle")
          .map((l) => l.enter.at_s),
      );
      expect(first).toBeLessThan(1);
    }
  });

  it("reads from the right in Arabic", () => {
    const visual = { kind: "title", title: "كيف غيّرت المنارات البحر" } as const;
    const heading = specOf(visual, [1920, 1080], { language: "ar" }).layers.find(
      (layer) => layer.type === "text",
    );
    if (heading?.type !== "text") throw new Error("no heading");
    expect(heading.direction).toBe("rtl");
    expect(heading.box.x + heading.box.width).toBeGreaterThan(1920 * 0.93);
  });

  it("refuses an image beat without its image", () => {
    const spec = () =>
      layoutBeat({
        beat: {
          id: "b09",
          section: "",
          narration: "",
          duration_s: 4,
          speech_s: 0,
          visual: { kind: "image", src: "tower.png" },
          on_screen_text: "",
          motion: "push_in",
          transition: "cut",
          citations: [],
        },
        width: 1920,
        height: 1080,
        title: "",
        language: "en",
        look: LOOK,
        pacing: {
          beat_min_s: 2,
          beat_max_s: 12,
          card_min_s: 3,
          lead_s: 0,
          tail_s: 0,
          transition_s: 0,
          words_per_minute: 160,
        },
        duration_s: 4,
      });
    expect(spec).toThrow("tower.png");
  });
});
