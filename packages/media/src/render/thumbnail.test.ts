import { loadImage } from "@napi-rs/canvas";
import { beforeAll, describe, expect, it } from "vitest";
import { type PreparedScene, prepareScene } from "../scene/prepare-scene.ts";
import { smallBeat } from "./testing/small-beat.ts";
import { drawStill } from "./thumbnail.ts";

let scene: PreparedScene;
beforeAll(async () => {
  scene = await prepareScene(smallBeat("", 60).spec, { openImage: async () => "" });
});

describe("drawStill", () => {
  it("draws a picture of the asked size and format, odd sizes too", async () => {
    const png = await drawStill(scene, 1, 321, 181, "png");
    const jpeg = await drawStill(scene, 1, 320, 180, "jpeg");
    expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
    expect([...jpeg.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    expect(await loadImage(png)).toMatchObject({ width: 321, height: 181 });
  });

  it("gives the same bytes for the same time, others for another, and the end beyond the end", async () => {
    const [a, b, start, end, beyond] = await Promise.all(
      [1, 1, 0, scene.duration_s, 99].map((t_s) => drawStill(scene, t_s, 320, 180, "png")),
    );
    expect(a?.equals(b ?? Buffer.alloc(0))).toBe(true);
    expect(a?.equals(start ?? Buffer.alloc(0))).toBe(false);
    expect(end?.equals(beyond ?? Buffer.alloc(0))).toBe(true);
  });

  it("refuses a size that is no picture", async () => {
    await expect(drawStill(scene, 1, 0, 180, "png")).rejects.toMatchObject({ code: "invalid_field" });
    await expect(drawStill(scene, 1, 320, 1.5, "png")).rejects.toThrow("height is 1.5");
  });
});
