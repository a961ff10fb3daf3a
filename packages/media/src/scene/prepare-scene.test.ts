import { type Canvas, createCanvas } from "@napi-rs/canvas";
import { describe, expect, it } from "vitest";
import { prepareScene } from "./prepare-scene.ts";
import { FRAMES, SAMPLES, specOf } from "./testing/scene-samples.ts";
import { drawTransition } from "./transition.ts";

const SCALE = 1 / 4;
/** ffmpeg's freezedetect at −60 dB compares the mean difference of a frame with this share of full scale. */
const FREEZE = 0.001 * 255;

const photo = (() => {
  const canvas = createCanvas(160, 100);
  const ctx = canvas.getContext("2d");
  ctx.fillStyle = "#000000";
  ctx.fillRect(0, 0, 160, 100);
  ctx.fillStyle = "#ffffff";
  for (let x = 0; x < 160; x += 20) ctx.fillRect(x, 0, 10, 100);
  return canvas.toBuffer("image/png");
})();
const openImage = async (): Promise<Buffer> => photo;

async function painter(
  visual: (typeof SAMPLES)[number],
  frame: readonly [number, number],
  motion = "push_in" as const,
) {
  const scene = await prepareScene(specOf(visual, frame, { motion }), { openImage });
  const canvas: Canvas = createCanvas(frame[0] * SCALE, frame[1] * SCALE);
  const ctx = canvas.getContext("2d");
  ctx.scale(SCALE, SCALE);
  return (t_s: number): Uint8ClampedArray => {
    scene.draw(ctx, t_s);
    return ctx.getImageData(0, 0, canvas.width, canvas.height).data;
  };
}

function meanDifference(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / (a.length * 0.75);
}

describe("prepareScene", () => {
  for (const frame of FRAMES)
    it(`draws every kind at ${frame.join("×")}: whole, within the levels, never still, the same twice`, async () => {
      for (const visual of SAMPLES) {
        const at = await painter(visual, frame);
        for (const t of [0, 0.7, 6]) {
          const pixels = at(t);
          let low = 255;
          let high = 0;
          for (let i = 0; i < pixels.length; i++) {
            const level = pixels[i] ?? 0;
            if (i % 4 === 3) {
              if (level !== 255) throw new Error(`${visual.kind}: a pixel of the frame was not painted`);
              continue;
            }
            low = Math.min(low, level);
            high = Math.max(high, level);
          }
          expect(low, visual.kind).toBeGreaterThanOrEqual(5);
          expect(high, visual.kind).toBeLessThanOrEqual(246);
        }
        expect(meanDifference(at(3), at(5.5)), visual.kind).toBeGreaterThan(FREEZE);
        const again = await painter(visual, frame);
        again(4);
        expect(Buffer.compare(Buffer.from(again(1.1).buffer), Buffer.from(at(1.1).buffer)), visual.kind).toBe(
          0,
        );
      }
    });

  it("counts a number up to exactly the value as written", async () => {
    const visual = { kind: "number", value: "€3,400.50", label: "a ton" } as const;
    const spec = specOf(visual, [1920, 1080]);
    const value = spec.layers.find((layer) => layer.type === "text" && layer.role === "value");
    if (value?.type !== "text") throw new Error("no value");
    expect(value.runs.map((run) => run.text).join("")).toBe("€3,400.50");
    expect(value.count?.to).toBe(3400.5);
  });

  it("moves through each transition from the first scene to the second", () => {
    const canvas = createCanvas(64, 36);
    const ctx = canvas.getContext("2d");
    const fill = (colour: string) => (to: typeof ctx) => {
      to.fillStyle = colour;
      to.fillRect(0, 0, 64, 36);
    };
    const red = (progress: number, kind: "cut" | "crossfade" | "wipe" | "slide") => {
      drawTransition(kind, ctx, fill("#c00000"), fill("#0000c0"), progress);
      const data = ctx.getImageData(0, 0, 64, 36).data;
      let sum = 0;
      for (let i = 0; i < data.length; i += 4) sum += (data[i] ?? 0) / 0xc0;
      return sum / (data.length / 4);
    };
    for (const kind of ["crossfade", "wipe", "slide"] as const) {
      expect(red(0, kind)).toBe(1);
      expect(red(0.2, kind)).toBeGreaterThan(red(0.6, kind));
      expect(red(1, kind)).toBe(0);
    }
    expect(red(0.5, "cut")).toBe(0);
  });
});
