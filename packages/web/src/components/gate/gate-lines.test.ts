import { expect, it } from "vitest";
import { beatLines, gateLines, unfilledIn } from "./gate-lines.ts";

it("names the part first in a gate's own notes, and not in those of a beat", () => {
  const directions = [
    { say: "longer", of: ["beat" as const] },
    { say: "slower", of: ["film" as const, "beat" as const] },
    { say: "music off", of: ["film" as const] },
    { say: "faster", of: ["film" as const, "beat" as const] },
  ];
  expect(gateLines(directions)).toEqual([
    { of: ["beat"], lines: ["<beat>: longer"] },
    { of: ["film", "beat"], lines: ["slower", "faster"] },
    { of: ["film"], lines: ["music off"] },
  ]);
  expect(beatLines(directions)).toEqual([{ of: ["beat"], lines: ["longer", "slower", "faster"] }]);
  expect(beatLines([])).toEqual([]);
});

it("finds what was left to fill in, and nothing else in angle brackets", () => {
  const groups = gateLines([
    { say: "drop: <words>", of: ["film"] },
    { say: "longer", of: ["beat"] },
  ]);
  expect(unfilledIn("drop: <words>", groups)).toBe("<words>");
  expect(unfilledIn("<beat>: longer", groups)).toBe("<beat>");
  expect(unfilledIn("b02: longer\ndrop: turbines, not <b>", groups)).toBeNull();
});
