import { createCanvas } from "@napi-rs/canvas";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closingScene } from "./closing-scene.ts";
import { prepareScene } from "./prepare-scene.ts";
import type { SceneSpec } from "./scene-spec.ts";
import { anyMotion, anyVisual, SAMPLES, specOf } from "./testing/scene-samples.ts";

const SCALE = 1 / 4;
const photo = createCanvas(160, 100).toBuffer("image/png");

async function pictureAt(spec: SceneSpec, t_s: number): Promise<Buffer> {
  const scene = await prepareScene(spec, { openImage: async () => photo });
  const canvas = createCanvas(spec.width * SCALE, spec.height * SCALE);
  const ctx = canvas.getContext("2d", { alpha: false });
  ctx.scale(SCALE, SCALE);
  scene.draw(ctx, t_s);
  return canvas.data();
}

describe("closingScene", () => {
  it("looks as the scene does at its end", async () => {
    for (const visual of SAMPLES)
      for (const motion of ["push_in", "push_out", "drift_left", "still_breathe"] as const) {
        const spec = specOf(visual, [1920, 1080], { motion });
        const closing = closingScene(spec);
        expect(closing, visual.kind).not.toBe(spec);
        const end = await pictureAt(spec, spec.duration_s);
        expect((await pictureAt(closing, closing.duration_s)).equals(end), visual.kind).toBe(true);
      }
  });

  it("is the same for a longer beat, whatever it shows", () => {
    fc.assert(
      fc.property(anyVisual, anyMotion, fc.double({ min: 6, max: 30, noNaN: true }), (visual, motion, s) => {
        const lasting = (duration_s: number) =>
          closingScene(specOf(visual, [1920, 1080], { motion, duration_s }));
        expect(lasting(s)).toEqual(lasting(6));
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it("is the scene itself while something still moves in at the end", () => {
    const spec = { ...specOf({ kind: "title", title: "Rain" }, [1920, 1080]), duration_s: 0.3 };
    expect(closingScene(spec)).toBe(spec);
  });
});
