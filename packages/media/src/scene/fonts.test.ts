import { createCanvas } from "@napi-rs/canvas";
import { describe, expect, it } from "vitest";
import { undrawable } from "./fonts.ts";
import { applyFont, measureText } from "./measure-text.ts";

const FACE = { family: "sans", weight: 700, tracking: 0 } as const;

/** The ink of a text as it is drawn. */
function inkOf(text: string): string {
  measureText(text, FACE, "ltr");
  const canvas = createCanvas(120, 120);
  const ctx = canvas.getContext("2d");
  applyFont(ctx, { ...FACE, size_px: 60 }, "ltr");
  ctx.fillText(text, 20, 80);
  return canvas.toBuffer("image/png").toString("base64");
}

describe("fonts", () => {
  it.each([
    ["Korean", "한", "국"],
    ["Hebrew", "א", "ש"],
    ["Devanagari", "क", "म"],
    ["Thai", "ก", "ห"],
    ["Chinese, simplified", "东", "门"],
    ["Japanese", "あ", "海"],
    ["Arabic", "ب", "س"],
  ])("draws %s: each letter in its own shape", (_, one, other) => {
    const box = inkOf("\uffff");
    expect(undrawable(one + other)).toEqual([]);
    expect(new Set([inkOf(one), inkOf(other), box]).size).toBe(3);
  });

  it("says which letters no font here can draw", () => {
    expect(undrawable("Tide, ሰላም ሰ")).toEqual(["ሰ", "ላ", "ም"]);
    expect(undrawable("Δέλτα, дельта, delta 12 ≈ €")).toEqual([]);
  });
});
