import { readFileSync } from "node:fs";
import { brief } from "@greenlight/contract/brief";
import { visual as visualSchema } from "@greenlight/contract/storyboard";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { builtinStyle, styleOf } from "../style.ts";
import { chooseVisual, onScreenText } from "./choose-visual.ts";
import { setOf } from "./scene.ts";

const path = new URL("../../../../../../../conf/prompts/builtin.yaml", import.meta.url);
const style = builtinStyle.parse(parse(readFileSync(path, "utf8")));
const about = brief.parse({ title: "T", images: [{ path: "pics/rance.jpg", alt: "The Rance barrage" }] });
const show = (text: string, before: readonly string[] = [], language = "en") =>
  chooseVisual({ ...setOf(about, styleOf(style, language), style.visuals), text, before });

describe("chooseVisual", () => {
  it.each([
    [
      "Seawater is about 800 times denser than air.",
      { kind: "number", value: "≈ 800", unit: "times", label: "Seawater is denser than air" },
    ],
    [
      "Solar panels now cost $0.30 per watt.",
      { kind: "number", value: "$0.30", label: "Solar panels now cost per watt" },
    ],
    [
      "A barrage can run for 100 years, while a wind turbine is retired after 25 years.",
      {
        kind: "bar_chart",
        unit: "years",
        bars: [
          { label: "Barrage", value: 100 },
          { label: "Wind turbine", value: 25 },
        ],
      },
    ],
    [
      "The dam reshapes a whole estuary, whereas the turbine leaves the coastline alone.",
      {
        kind: "comparison",
        left: { label: "Dam", value: "Reshapes a whole estuary" },
        right: { label: "Turbine", value: "Leaves the coastline alone" },
      },
    ],
    [
      "A barrage delivers hundreds of megawatts at once, while a single stream turbine delivers one or two.",
      {
        kind: "comparison",
        left: { label: "Barrage", value: "Hundreds of megawatts at once" },
        right: { label: "Single stream turbine", value: "One or two megawatts" },
      },
    ],
    [
      "In a British auction in 2022, tidal stream power was priced at 179 pounds per megawatt hour.",
      {
        kind: "number",
        value: "179",
        unit: "pounds per megawatt hour",
        label: "Tidal stream power in a British auction in 2022",
      },
    ],
    [
      "Tidal stations make about 1 terawatt hour of electricity a year, against more than 2,000 terawatt hours from wind.",
      {
        kind: "bar_chart",
        unit: "terawatt hours",
        bars: [
          { label: "Tidal stations", value: 1, shown: "≈ 1" },
          { label: "Wind", value: 2000, shown: "> 2,000" },
        ],
      },
    ],
    [
      "The tide makes no smoke, burns no fuel and needs no storage.",
      { kind: "list", heading: "The tide", items: ["Makes no smoke", "Burns no fuel", "Needs no storage"] },
    ],
    [
      "Three costs decide most projects: building at sea, connecting to land and repairing.",
      {
        kind: "list",
        heading: "Three costs decide most projects",
        items: ["Building at sea", "Connecting to land", "Repairing"],
      },
    ],
    [
      "A tidal barrage is a dam built across an estuary.",
      { kind: "definition", term: "Tidal barrage", meaning: "a dam built across an estuary" },
    ],
    [
      "The share rose from 12 percent in 2010 to 31 percent in 2023.",
      {
        kind: "line_chart",
        heading: "Share",
        unit: "percent",
        points: [
          { label: "2010", value: 12 },
          { label: "2023", value: 31 },
        ],
      },
    ],
    [
      "An old rule among engineers says: “Respect the salt first and the Moon second.”",
      {
        kind: "quotation",
        text: "Respect the salt first and the Moon second.",
        by: "An old rule among engineers",
      },
    ],
    [
      "Nectar goes from flower to bee, from bee to comb, and from comb to jar.",
      { kind: "diagram", nodes: ["Flower", "Bee", "Comb", "Jar"] },
    ],
    [
      "The rising tide fills the basin, the gates close, and the trapped water drives turbines.",
      {
        kind: "diagram",
        nodes: ["Rising tide fills the basin", "Gates close", "Trapped water drives turbines"],
      },
    ],
    [
      "Engineers built the Rance barrage in France.",
      { kind: "image", src: "pics/rance.jpg", alt: "The Rance barrage" },
    ],
    [
      "The Moon never sleeps.",
      { kind: "statement", text: "The Moon never sleeps", emphasis: "never sleeps" },
    ],
  ])("%s", (text, expected) => {
    expect(show(text)).toEqual(expected);
  });

  it("draws bars with the sentence before, and lets a timeline grow", () => {
    expect(
      show("Offshore wind cost 37 pounds per megawatt hour.", [
        "Tidal power was priced at 179 pounds per megawatt hour.",
      ]),
    ).toMatchObject({
      kind: "bar_chart",
      bars: [
        { label: "Tidal power", value: 179 },
        { label: "Offshore wind", value: 37 },
      ],
    });
    expect(show("Canada opened a station in 1984.", ["France opened one in 1966."])).toEqual({
      kind: "timeline",
      events: [
        { when: "1966", what: "France opened one" },
        { when: "1984", what: "Canada opened a station" },
      ],
    });
  });

  it("does not take a year for an amount, nor a pronoun for a label", () => {
    expect(show("It opened in 1966.").kind).not.toBe("number");
    expect(JSON.stringify(show("They reach 6 megawatts."))).not.toContain('"label":"They');
  });

  it("gives a valid visual of the sentence's own words for any text", () => {
    const word = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 9 }),
      fc.constantFrom(
        "in",
        "1966",
        "12 percent",
        "while",
        "because",
        "from",
        "to",
        ",",
        ":",
        "“",
        "”",
        "is a",
        "and",
        "is",
        "more than",
        "海",
        "السد",
        "🌊",
      ),
    );
    const glued = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 25 }),
        fc.constantFrom("en", "ja", "ar"),
        (words, language) => {
          const text = `${words.join(" ")}.`;
          const visual = visualSchema.parse(show(text, [], language));
          expect(typeof onScreenText(visual)).toBe("string");
          if (visual.kind === "statement") expect(glued(text)).toContain(glued(visual.text));
        },
      ),
      { numRuns: 300, seed: 3 },
    );
  });
});
