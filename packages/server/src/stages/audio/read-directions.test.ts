import fc from "fast-check";
import { expect, it } from "vitest";
import { fixtureCfg } from "../../domain/testing/fixtures.ts";
import { directionsOf, readDirections } from "./read-directions.ts";

const { directions } = fixtureCfg().render;
if (directions === undefined) throw new Error("the shipped render.yaml has no directions");
const { words } = directions;
const BEATS = ["b01", "b02", "intro.1"];
const read = (...notes: (string | [string, string])[]) =>
  readDirections(
    notes.map((note) =>
      typeof note === "string" ? { beat_id: null, notes: note } : { beat_id: note[0], notes: note[1] },
    ),
    BEATS,
    words,
  );

it.each([
  ["slower", { rate: -1 }],
  ["Please speak a bit more slowly.", { rate: -1 }],
  ["Too slow!", { rate: 1 }],
  ["voice louder", { voice: 1 }],
  ["The narration is too loud", { voice: -1 }],
  ["music quieter", { music: -1 }],
  ["Turn the music down a bit, please, and make the voice louder", { music: -1, voice: 1 }],
  ["slower and slower", { rate: -2 }],
  ["no music", { music_on: false }],
  ["Turn the background music off", { music_on: false }],
  ["music off\nmusic on", { music_on: true }],
])("understands “%s”", (line, asked) => {
  expect(read(line)).toEqual({
    rate: 0,
    voice: 0,
    music: 0,
    music_on: null,
    beats: new Map(),
    unmet: [],
    ...asked,
  });
});

it.each([
  "I do not want it louder",
  "not slower",
  "music slower",
  "louder music voice",
  "louder quieter",
  "the music",
  "off",
  "no voice",
  "slower, and a warmer voice",
  "please",
  ",",
  "The narrator says “louder” twice",
  "slowerly",
])("leaves “%s” to people", (line) => {
  expect(directionsOf(line, words)).toBeNull();
  expect(read(line)).toMatchObject({ rate: 0, voice: 0, music: 0, music_on: null });
  expect(read(line).unmet).toHaveLength(1);
});

it("hears of beats in their own notes and in those on the whole", () => {
  const asked = read(
    "b01: slower\n- B02: louder, louder\nINTRO.1: faster",
    ["b02", "b02: quieter"],
    ["b01", "slower"],
  );
  expect(asked.unmet).toEqual([]);
  expect(Object.fromEntries(asked.beats)).toEqual({
    b01: { rate: -2, level: 0 },
    b02: { rate: 0, level: 1 },
    "intro.1": { rate: 1, level: 0 },
  });
});

it("tells of beats there are not, of music in one beat, and of a beat without words", () => {
  expect(
    read("b99: slower", "introX1: slower", ["b01", "music off"], ["b01", " \n"], ["b77", "louder"]).unmet,
  ).toEqual([
    "b99: slower: the storyboard has no beat “b99”",
    "introX1: slower: the storyboard has no beat “introX1”",
    "b01: music off: the music is one piece for the whole film; say it of the film",
    expect.stringMatching(/^b01: the voice would say it the same way/u),
    "b77: the storyboard no longer has this beat",
  ]);
});

it("adds up whatever is asked in any order, and tells of every other line once", () => {
  const line = fc.record({
    beat: fc.constantFrom(null, ...BEATS),
    of: fc.constantFrom("faster" as const, "slower" as const, "louder" as const, "quieter" as const, null),
    own: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.nat(), (lines, pick) => {
      const said = lines.map(({ beat, of, own }) => {
        const text = of === null ? "warmer" : (words[of][pick % words[of].length] ?? of);
        return beat !== null && own
          ? { beat_id: beat, notes: text }
          : { beat_id: null, notes: beat === null ? text : `${beat}: ${text}` };
      });
      const asked = readDirections(said, BEATS, words);
      const count = (beat: string | null, of: string) =>
        lines.filter((one) => one.beat === beat && one.of === of).length;
      const net = (beat: string | null, up: string, down: string) => count(beat, up) - count(beat, down);
      expect(asked.rate).toBe(net(null, "faster", "slower"));
      expect(asked.voice).toBe(net(null, "louder", "quieter"));
      for (const beat of BEATS)
        expect(asked.beats.get(beat) ?? { rate: 0, level: 0 }).toEqual({
          rate: net(beat, "faster", "slower"),
          level: net(beat, "louder", "quieter"),
        });
      expect(asked.unmet).toHaveLength(lines.filter(({ of }) => of === null).length);
    }),
    { seed: 5, numRuns: 200 },
  );
});
