import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignPhones, type TimedPhone } from "./align-phones.ts";

/** Phones of a tenth of a second each, in a row. */
function heardAs(text: string): TimedPhone[] {
  return text.split(" ").map((phone, i) => ({ phone, start_s: i / 10, end_s: (i + 1) / 10 }));
}

describe("alignPhones", () => {
  it("finds words through pauses and changed vowels", () => {
    const heard = heardAs("pau dh iy s ah n pau sh ay n z pau");
    const spans = alignPhones(heard, [
      ["dh", "ax"],
      ["s", "ah", "n"],
      ["sh", "ay", "n", "z"],
    ]);
    expect(spans).toEqual([
      { start_s: 0.1, end_s: 0.3 },
      { start_s: 0.3, end_s: 0.6 },
      { start_s: 0.7, end_s: 1.1 },
    ]);
  });

  it("gives a word that was not heard no time of its neighbours", () => {
    const spans = alignPhones(heardAs("pau s ah n pau"), [["s", "ah", "n"], []]);
    expect(spans).toEqual([
      { start_s: 0.1, end_s: 0.4 },
      { start_s: 0.4, end_s: 0.4 },
    ]);
  });

  it("gives every word a span in order, without overlap, whatever was heard", () => {
    const phones = fc.array(fc.constantFrom("pau", "s", "ah", "n", "iy", "t"), { maxLength: 30 });
    fc.assert(
      fc.property(phones, fc.array(phones, { maxLength: 10 }), (heard, words) => {
        const timed = heard.map((phone, i) => ({ phone, start_s: i / 10, end_s: (i + 1) / 10 }));
        const spans = alignPhones(timed, words);
        expect(spans.length).toBe(words.length);
        let at = 0;
        for (const span of spans) {
          expect(span.start_s).toBeGreaterThanOrEqual(at);
          expect(span.end_s).toBeGreaterThanOrEqual(span.start_s);
          at = span.end_s;
        }
      }),
    );
  });
});
