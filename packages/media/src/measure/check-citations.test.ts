import type { Research } from "@greenlight/contract/documents";
import { describe, expect, it } from "vitest";
import { checkCitations } from "./check-citations.ts";

function research(...texts: string[]): Research {
  return {
    sources: texts.map((text, i) => ({
      id: `S${i + 1}`,
      title: `Source ${i + 1}`,
      origin: "text",
      media_type: "text/plain",
      sha256: "0".repeat(64),
      passages: [
        { id: `S${i + 1}.1`, text, heading: null, start: 0, end: text.length, sha256: "0".repeat(64) },
      ],
    })),
  };
}

/** Status of the numbers and of the quotations of a script. */
function statuses(script: string, ...sources: string[]): string[] {
  const given = { script, research: research(...sources), storyboard: undefined, timing: undefined };
  return checkCitations(given).map((check) => check.status);
}

describe("checkCitations", () => {
  it.each([
    ["Rents rose by 1,200 euros [S1].", "It was 1200 euros."],
    ["Die Miete stieg um 1.200,5 Euro [S1].", "1,200.5 euros"],
    ["It took 12.50 hours [S1].", "12.5 hours"],
    ["1. In 1969 they landed. [S1]", "The landing of 1969"],
  ])("finds the number of “%s”", (script, source) => {
    expect(statuses(script, source)[0]).toBe("PASS");
  });

  it("looks only into the sources a sentence cites", () => {
    expect(statuses("It is 40 percent [S1].", "nothing", "40 percent")[0]).toBe("FAIL");
    expect(statuses("It is 40 percent [S1, S2].", "nothing", "40 percent")[0]).toBe("PASS");
    expect(statuses("It is 40 percent.", "nothing", "40 percent")[0]).toBe("PASS");
  });

  it("takes a number for itself, not for a part of another", () => {
    expect(statuses("It is 40 percent [S1].", "It was 1400.")[0]).toBe("FAIL");
  });

  it("leaves to the author what is marked so, and headings alone", () => {
    expect(statuses("# 99 things\n\nI count 12 [author].", "nothing")[0]).toBe("PASS");
  });

  it("compares quotations whatever their quotes, case and last stop", () => {
    expect(statuses("He said “The sea is rising.” [S1]", "and the sea  is rising, he said")[1]).toBe("PASS");
    expect(statuses("He said “the sea is falling” [S1]", "the sea is rising")[1]).toBe("FAIL");
  });
});
