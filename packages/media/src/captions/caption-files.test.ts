import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSrt, writeSrt } from "./srt.ts";
import { parseWebVtt, writeWebVtt } from "./webvtt.ts";

const CAPTIONS = [
  { start_s: 0.2, end_s: 1.5, lines: ["Tom & Jerry <3", "太陽の光"] },
  { start_s: 3601.5, end_s: 3603, lines: ["مرحبا"] },
];
const line = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
  .map((s) => s.replace(/[\s\p{C}]/gu, "x"))
  .filter((s) => !s.includes("-->"));
const captions = fc.array(
  fc.record({
    start_s: fc.integer({ min: 0, max: 9e6 }).map((ms) => ms / 1000),
    end_s: fc.integer({ min: 0, max: 9e6 }).map((ms) => ms / 1000),
    lines: fc.array(line, { minLength: 1, maxLength: 2 }),
  }),
);

describe("subtitle files", () => {
  it("writes SubRip", () => {
    expect(writeSrt(CAPTIONS)).toBe(
      "1\n00:00:00,200 --> 00:00:01,500\nTom & Jerry <3\n太陽の光\n\n2\n01:00:01,500 --> 01:00:03,000\nمرحبا\n",
    );
  });

  it("writes WebVTT with its signs escaped", () => {
    expect(writeWebVtt(CAPTIONS)).toBe(
      "WEBVTT\n\n00:00:00.200 --> 00:00:01.500\nTom &amp; Jerry &lt;3\n太陽の光\n\n01:00:01.500 --> 01:00:03.000\nمرحبا\n",
    );
  });

  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(captions, (made) => {
        expect(parseSrt(writeSrt(made))).toEqual(made);
        expect(parseWebVtt(writeWebVtt(made))).toEqual(made);
      }),
    );
  });

  it("reads files of others: byte order mark, CRLF, cue ids, settings, no hours, notes", () => {
    const vtt =
      "\ufeffWEBVTT\r\n\r\nNOTE made by hand\r\n\r\nintro\r\n00:01.000 --> 00:02.500 align:start\r\n<v Ann>Hi</v>\r\n";
    expect(parseWebVtt(vtt)).toEqual([{ start_s: 1, end_s: 2.5, lines: ["Hi"] }]);
  });
});
