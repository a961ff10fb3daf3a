import { describe, expect, it } from "vitest";
import { parseCaptions } from "./parse-captions.ts";

describe("parseCaptions", () => {
  it("reads SubRip with Windows line ends and a byte order mark", () => {
    const text =
      "\uFEFF1\r\n00:00:01,500 --> 00:00:03,000\r\nOne\r\ntwo\r\n\r\n2\r\n01:00:00,000 --> 01:00:01,250\r\nThree\r\n";
    expect(parseCaptions(text)).toEqual([
      { start_s: 1.5, end_s: 3, lines: ["One", "two"] },
      { start_s: 3600, end_s: 3601.25, lines: ["Three"] },
    ]);
  });

  it("reads WebVTT without its header, notes, styles and tags", () => {
    const text =
      "WEBVTT\n\nSTYLE\n::cue {}\n\nNOTE a\n\nname\n00:01.000 --> 00:02.000 line:80%\n<c.now>A &amp; B</c> <00:01.500>x < y\n";
    expect(parseCaptions(text)).toEqual([{ start_s: 1, end_s: 2, lines: ["A & B x < y"] }]);
  });
});
