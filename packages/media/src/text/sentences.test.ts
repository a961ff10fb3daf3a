import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isUnspaced, joinSentences, splitSentences, spokenWords } from "./sentences.ts";

const texts = (text: string, language = "en") => splitSentences(text, language).map((s) => s.text);

describe("splitSentences", () => {
  it("keeps abbreviations, initials and decimals whole", () => {
    expect(
      texts("Dr. Ann B. Lee measured 3.5 metres. It rose, e.g. in bays, by vol. 2. Then it fell."),
    ).toEqual(["Dr. Ann B. Lee measured 3.5 metres.", "It rose, e.g. in bays, by vol. 2.", "Then it fell."]);
  });

  it("splits at the marks of other scripts", () => {
    expect(texts("潮は一日に二度満ちる。月が海を引くからだ。", "ja")).toEqual([
      "潮は一日に二度満ちる。",
      "月が海を引くからだ。",
    ]);
    expect(texts("هل يرتفع البحر؟ نعم، مرتين كل يوم.", "ar")).toEqual([
      "هل يرتفع البحر؟",
      "نعم، مرتين كل يوم.",
    ]);
  });

  it("gives offsets that point at the sentence, for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        let last = 0;
        for (const { text: sentence, start, end } of splitSentences(text, "en")) {
          expect(text.slice(start, end)).toBe(sentence);
          expect(start).toBeGreaterThanOrEqual(last);
          last = end;
        }
        const letters = (s: string) => s.replace(/\s/gu, "");
        expect(letters(texts(text).join(""))).toBe(letters(text));
      }),
    );
  });
});

describe("spokenWords", () => {
  it("counts a numeral as it is said and Japanese by its characters", () => {
    expect(spokenWords("It opened in 1966.", "en")).toBe(6);
    expect(spokenWords("潮は一日に二度満ちる。", "ja")).toBeCloseTo(10 / 2.4);
    expect(spokenWords("…!", "en")).toBe(0);
  });
});

it("joins without a space only where the script has none", () => {
  expect(joinSentences(["One.", "Two."])).toBe("One. Two.");
  expect(joinSentences(["海。", "月。"])).toBe("海。月。");
  expect(isUnspaced("NASAの月")).toBe(false);
});
