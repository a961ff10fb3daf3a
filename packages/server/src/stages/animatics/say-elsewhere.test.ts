import { expect, it } from "vitest";
import { style, writer } from "../../adapters/writers/builtin/testing/film.ts";
import { fixtureCfg } from "../../domain/testing/fixtures.ts";
import { sayElsewhere } from "./say-elsewhere.ts";

const words = fixtureCfg().render.directions?.words;
const told = (beat_id: string | null, notes: string) =>
  sayElsewhere([{ beat_id, notes }], ["b01", "b02"], words, writer);

it.each([
  ["slower", /say it at audio$/u],
  ["music off", /say it at audio$/u],
  ["shorter", /resume with stage script and these notes$/u],
  ["Why: drop: the Moon", /resume with stage script and these notes$/u],
  ["nicer", /decided at assets, what it shows and how long at storyboard/u],
])("sends “%s” on the whole to its gate", (notes, gate) => {
  expect(told(null, notes)).toEqual([expect.stringMatching(gate)]);
});

it.each(["shorter", "hold it longer", "drop", `${style.feedback.visual[0]}: list`])(
  "sends “%s” on a beat to the storyboard, in words that it reads there",
  (notes) => {
    const why = `“${notes}” is about the storyboard: resume with stage storyboard and the notes “b02: ${notes}”`;
    expect(told("b02", notes)).toEqual([`b02: ${why}`]);
    expect(told(null, `b02: ${notes}`)).toEqual([`b02: ${why}`]);
  },
);

it("tells every line once, and of a beat that was rejected without a word", () => {
  expect(told("b01", "slower\n\n- warmer")).toEqual([
    expect.stringMatching(/^b01: “slower” is about the sound/u),
    expect.stringMatching(/^b01: “warmer” changes nothing here/u),
  ]);
  expect(told("b01", "")).toEqual([expect.stringMatching(/^b01: made again it would look the same/u)]);
  expect(sayElsewhere([{ beat_id: null, notes: "slower" }], [], undefined, writer)).toEqual([
    expect.stringMatching(/changes nothing here/u),
  ]);
});
