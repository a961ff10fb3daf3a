import { seededRandom } from "@greenlight/media/music/seeded-random";
import { describe, expect, it } from "vitest";
import { waitAfter } from "./webhook-back-off.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const middle = () => 0.5;

describe("the wait after a failed try", () => {
  it("doubles from 5 s up to an hour", () => {
    const waits = [0, 1, 2, 9, 10, 1000].map((attempts) => waitAfter(attempts, null, middle, NOW));
    expect(waits).toEqual([5000, 10_000, 20_000, 2_560_000, 3_600_000, 3_600_000]);
  });

  it("differs by up to a fifth either way, and all of that is used", () => {
    const random = seededRandom(7);
    const waits = Array.from({ length: 500 }, () => waitAfter(1, null, random, NOW));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(8000);
    expect(Math.min(...waits)).toBeLessThan(8200);
    expect(Math.max(...waits)).toBeLessThanOrEqual(12_000);
    expect(Math.max(...waits)).toBeGreaterThan(11_800);
    const again = seededRandom(7);
    expect(waits.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => waitAfter(1, null, again, NOW)));
  });

  it.each([
    ["seconds", "120", 120_000],
    ["a date", "Sat, 21 Nov 2026 12:10:00 GMT", 600_000],
    ["less than the back-off", "1", 5000],
    ["a date that has passed", "Sat, 21 Nov 2026 11:00:00 GMT", 5000],
    ["more than an hour", "86400", 3_600_000],
    ["a date days away", "Tue, 24 Nov 2026 12:00:00 GMT", 3_600_000],
    ["seconds without end", "9".repeat(400), 3_600_000],
    ["a negative number", "-5", 5000],
    ["a fraction", "90.5", 5000],
    ["a year", "2030", 2_030_000],
    ["words", "soon", 5000],
    ["nothing", "", 5000],
  ])("heeds Retry-After within limits: %s", (_, header, wait) => {
    expect(waitAfter(0, header, middle, NOW)).toBe(wait);
  });
});
