import { describe, expect, it } from "vitest";
import { parseScript } from "./parse-script.ts";

const read = (markdown: string) =>
  parseScript(markdown, "en").sentences.map((s) => [s.section, s.text, s.citations.join()]);

describe("parseScript", () => {
  it("binds citations to the sentence they follow or stand in", () => {
    expect(
      read(
        "# T\n\n## A\n\nOne falls. [S1] Two rises [S2]. Three has none. Four has two. [S1][S3] Five: [S1, S2]",
      ),
    ).toEqual([
      ["A", "One falls.", "S1"],
      ["A", "Two rises.", "S2"],
      ["A", "Three has none.", ""],
      ["A", "Four has two.", "S1,S3"],
      ["A", "Five:", "S1,S2"],
    ]);
  });

  it("takes an operator's edits: no title, deeper headings, lists, emphasis, comments, tables, rules, code", () => {
    const script = [
      "Before any heading.",
      "### Deep ##",
      "Some *fine* [words](https://example.org) here.\nOn two lines.",
      "- A first entry.\n- A second entry [S1]",
      "<!-- a note to self -->",
      "| no | table |\n|----|----|",
      "---",
      "```\ncode is not spoken\n```",
      "> Quoted, too.",
      "…",
    ].join("\n\n");
    expect(read(script)).toEqual([
      ["", "Before any heading.", ""],
      ["Deep", "Some fine words here.", ""],
      ["Deep", "On two lines.", ""],
      ["Deep", "A first entry.", ""],
      ["Deep", "A second entry", "S1"],
      ["Deep", "Quoted, too.", ""],
    ]);
    expect(parseScript("# The title\n\nText.", "en").title).toBe("The title");
    expect(parseScript(script, "en").title).toBeNull();
  });

  it("gives nothing for an empty script", () => {
    expect(read("# Title\n\n## Section\n\n")).toEqual([]);
  });
});
