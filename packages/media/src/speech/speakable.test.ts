import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunkWords } from "./speak-chunks.ts";
import { speakable } from "./speakable.ts";
import { joinWords, plainText, writtenWords } from "./written-words.ts";

function said(text: string): string {
  return speakable(text, "en")
    .map((word) => word.spoken)
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
}

describe("plainText", () => {
  it("takes citations, Markdown and invisible signs away and nothing else", () => {
    expect(
      plainText("# Sun\n\n**Solar** power [S1] is *cheap* [S2, S3]; see [this](https://a.b/c(d)) `now`."),
    ).toBe("Sun Solar power is cheap; see this now.");
    expect(plainText("- one\n- two\u0000\u202e\ud800")).toBe("one two");
    expect(plainText("2 * 3 = 6 and snake_case_name [1]")).toBe("2 * 3 = 6 and snake_case_name [1]");
  });
});

describe("writtenWords", () => {
  it("keeps signs without sound with the word before", () => {
    expect(writtenWords("Sun — and wind 🎉 (both) !", "en")).toEqual(["Sun —", "and", "wind 🎉", "(both) !"]);
    expect(writtenWords("« Bonjour » dit-il", "fr")).toEqual(["«Bonjour »", "dit-il"]);
  });

  it("has no words where nothing can be said", () => {
    for (const text of ["", "   ", "🎉🎉", "— … !", "\u0000\u0007"])
      expect(writtenWords(text, "en")).toEqual([]);
  });

  it("splits Japanese by dictionary and joins it without spaces", () => {
    const words = writtenWords("太陽の光はAIで変わる。", "ja");
    expect(words.length).toBeGreaterThan(4);
    expect(joinWords(words)).toBe("太陽の光はAIで変わる。");
  });

  it("loses no letter of any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        const letters = (s: string): string => s.replace(/[^\p{L}\p{N}]/gu, "");
        expect(letters(writtenWords(text, "en").join(""))).toBe(letters(plainText(text)));
      }),
    );
  });
});

describe("speakable English", () => {
  it.each([
    ["It rose 22.5% in 10–15 years.", "It rose 22.5 percent in 10 to 15 years"],
    ["$5 million, €20 and £1", "5 million dollars 20 euros and 1 pound"],
    ["$1.2bn", "1.2 billion dollars"],
    ["20°C to −5 °C", "20 degrees Celsius to minus 5 degrees Celsius"],
    ["70 km/h over 1 km", "70 kilometres per hour over 1 kilometre"],
    ["a 3 kW, 40GB R&D box", "a 3 kilowatts 40 gigabytes R and D box"],
    ["e.g. the 1990s vs. the 1900s", "for example the 19 nineties versus the 19 hundreds"],
    ["Dr. Smith & the U.S. used AI", "doctor Smith and the U S used A I"],
    ["1,234,567 people", "1234567 people"],
    ["café naïve Zürich Łódź", "cafe naive Zurich Lodz"],
    ["visit example.com", "visit example dot com"],
    ["CO2 and #1", "C O 2 and number 1"],
    ["$20–30 a month", "20 to 30 dollars a month"],
  ])("%s", (text, expected) => {
    expect(said(text)).toBe(expected);
  });

  it("marks the end of sentences, not abbreviations", () => {
    const after = speakable("Dr. Lee came. Why? He said, e.g. so.", "en").map((word) => word.after);
    expect(after).toEqual(["", "", ".", "?", "", ",", "", "."]);
  });

  it("gives the synthesizer letters, digits and plain signs only, whatever comes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        for (const word of speakable(text, "en")) {
          expect(word.spoken).toMatch(/^[A-Za-z0-9'.: ]*$/);
          expect(word.text).not.toBe("");
        }
      }),
    );
  });
});

describe("chunkWords", () => {
  it("cuts long text at sentence ends and loses nothing", () => {
    const words = speakable("This sentence has exactly eight words in it. ".repeat(40), "en");
    const chunks = chunkWords(words);
    expect(chunks.flat()).toEqual(words);
    expect(chunks.length).toBeGreaterThan(3);
    for (const chunk of chunks) expect(chunk.at(-1)?.after).toBe(".");
  });

  it("cuts text without any punctuation", () => {
    const words = speakable("word ".repeat(500), "en");
    expect(chunkWords(words).flat()).toEqual(words);
    expect(Math.max(...chunkWords(words).map((chunk) => chunk.length))).toBeLessThan(80);
  });
});
