import { describe, expect, it } from "vitest";
import { inkContrast, type RgbaPicture } from "./ink-contrast.ts";

const WIDTH = 60;
const HEIGHT = 40;
const BOX = { x: 10, y: 10, width: 40, height: 20 };

/** A picture whose rows are padded, as decoded ones are. */
function picture(colourAt: (x: number, y: number) => number): RgbaPicture {
  const stride = WIDTH * 4 + 16;
  const data = new Uint8Array(stride * HEIGHT);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const rgb = colourAt(x, y);
      data.set([rgb >> 16, (rgb >> 8) & 255, rgb & 255, 255], y * stride + x * 4);
    }
  return { width: WIDTH, height: HEIGHT, stride, data };
}

const stroke = (x: number, from: number) => x >= from && x < from + 3;

describe("inkContrast", () => {
  it("is 21 for white strokes on black, whatever lies outside of the box", () => {
    const seen = picture((x, y) => (y < 7 || stroke(x, 20) ? 0xffffff : 0));
    expect(inkContrast(seen, BOX, ["#ffffff"])).toBeCloseTo(21, 10);
  });

  it("leaves out the soft edge of the ink", () => {
    const seen = picture((x) => (stroke(x, 20) ? 0xffffff : x === 19 || x === 23 ? 0x808080 : 0));
    expect(inkContrast(seen, BOX, ["#ffffff"])).toBeCloseTo(21, 10);
  });

  it("takes the worse of two colours, neither being ground to the other", () => {
    const seen = picture((x) => (stroke(x, 20) ? 0xffffff : stroke(x, 32) ? 0x777777 : 0));
    const grey = inkContrast(seen, BOX, ["#777777"]);
    expect(inkContrast(seen, BOX, ["#ffffff", "#777777"])).toBeCloseTo(4.69, 2);
    // Measured alone, the grey has the white strokes for a part of its ground.
    expect(grey).toBeLessThan(4.69);
  });

  it("sees a worse tenth of the ground, but not a speck", () => {
    const speck = picture((x, y) => (stroke(x, 20) ? 0xffffff : x === 40 && y < 20 ? 0x999999 : 0));
    expect(inkContrast(speck, BOX, ["#ffffff"])).toBeCloseTo(21, 10);
    const patch = picture((x) => (stroke(x, 20) ? 0xffffff : x > 35 ? 0x999999 : 0));
    expect(inkContrast(patch, BOX, ["#ffffff"])).toBeCloseTo(2.85, 2);
  });

  it("is 1 where everything has the ink's colour, and unknown where nothing has, or the box lies outside", () => {
    const white = picture(() => 0xffffff);
    expect(inkContrast(white, BOX, ["#ffffff"])).toBe(1);
    expect(inkContrast(white, BOX, ["#000000"])).toBeNull();
    expect(inkContrast(white, { ...BOX, x: 100 }, ["#ffffff"])).toBeNull();
  });
});
