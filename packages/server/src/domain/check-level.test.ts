import type { Patch } from "@greenlight/contract/patch";
import { describe, expect, it } from "vitest";
import { checkLevel } from "./check-level.ts";
import { Rejection } from "./commands.ts";

type Adjust = Extract<Patch, { type: "level_adjust" }>;
const by = (level_change_db: number, more: Partial<Adjust> = {}): Adjust => ({
  ...{ type: "level_adjust", level_change_db },
  ...more,
});

function told(patch: Adjust, before: readonly Patch[] = []) {
  try {
    checkLevel(patch, before, ["b01", "b02"]);
    return "taken";
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return [error.code, error.errors[0]?.pointer, error.errors[0]?.remedy];
  }
}

const loud = (remedy: string) => ["patch_invalid", "/level_change_db", remedy];

describe("level changes in sum", () => {
  it.each<[string, Adjust, Adjust[], unknown]>([
    ["alone to the limit", by(-24), [], "taken"],
    ["together to the limit", by(4), [by(20)], "taken"],
    ["of the voice, beyond it", by(5), [by(20)], loud("give -44 to 4")],
    ["back from the limit", by(-30 + 6), [by(24)], "taken"],
    ["of the music, apart from the voice", by(20, { track: "music" }), [by(20)], "taken"],
    ["of the music", by(-9, { track: "music" }), [by(-16, { track: "music" })], loud("give -8 to 40")],
    ["of one beat", by(13, { beat_id: "b01" }), [by(12, { beat_id: "b01" })], loud("give -36 to 12")],
    ["of another beat", by(13, { beat_id: "b02" }), [by(12, { beat_id: "b01" })], "taken"],
    ["of a beat on top of the voice", by(-5, { beat_id: "b02" }), [by(-20)], loud("give -4 to 44")],
    ["of the voice below a beat", by(-5), [by(-20, { beat_id: "b02" })], loud("give -4 to 44")],
    ["of the voice below a beat that is gone", by(-5), [by(-20, { beat_id: "b99" })], "taken"],
  ])("%s", (_, patch, before, expected) => {
    expect(told(patch, before)).toEqual(expected);
  });

  it("says what they are now and would be", () => {
    expect(() => checkLevel(by(-10), [by(-20)], [])).toThrow(
      "the voice is changed by -20 dB already; -10 more would make it -30 dB",
    );
  });
});

it("names the field of what says nothing", () => {
  expect(told(by(0)).slice(0, 2)).toEqual(["patch_no_change", "/level_change_db"]);
  expect(told(by(3, { beat_id: "b01", track: "music" })).slice(0, 2)).toEqual([
    "patch_not_applicable",
    "/beat_id",
  ]);
});
