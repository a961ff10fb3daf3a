import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { insertLine } from "./insert-line.ts";

describe("insertLine", () => {
  it("starts an empty field, and selects what is to be filled in", () => {
    const { text, select } = insertLine("", 0, "drop: <words>");
    expect(text).toBe("drop: <words>");
    expect(text.slice(...select)).toBe("<words>");
  });

  it("goes below the line the caret is in and keeps what follows", () => {
    expect(insertLine("Warmer.\nAnd calm.", 3, "shorter")).toEqual({
      text: "Warmer.\nshorter\nAnd calm.",
      select: [15, 15],
    });
  });

  it("adds one whole line and changes no other", () => {
    const words = fc.string({ unit: fc.constantFrom("a", " ", "<", ">", "\n", "é") });
    fc.assert(
      fc.property(words, fc.nat(60), (before, at) => {
        const caret = Math.min(at, before.length);
        const lines = (text: string) => text.split("\n").map((line) => line.trimEnd());
        const after = lines(insertLine(before, caret, "longer").text);
        expect(after).toContain("longer");
        const kept = after.filter((line) => line !== "longer" && line !== "");
        expect(kept).toEqual(lines(before).filter((line) => line !== ""));
      }),
      { seed: 7 },
    );
  });
});
