import fc from "fast-check";
import { expect, it } from "vitest";
import { notesByBeat } from "./notes-by-beat.ts";

const IDS = ["b01", "b02", "a.1"];
const film = (notes: string) => ({ beat_id: null, notes });
const beat = (beat_id: string, notes: string) => ({ beat_id, notes });

it("gives a line to the beat it names, in any case, with a bullet or without", () => {
  expect(notesByBeat([film("calmer\n- B02: slower\nb01 : longer\nb02: louder")], IDS)).toEqual([
    film("calmer"),
    beat("b02", "slower\nlouder"),
    beat("b01", "longer"),
  ]);
});

it("leaves what names no beat, and a rejected beat without words, as they are", () => {
  const notes = [film("b99: slower\naX1: longer\nb01 slower"), beat("b01", ""), beat("b77", "shorter")];
  expect(notesByBeat(notes, IDS)).toEqual(notes);
  expect(notesByBeat(notes, [])).toEqual(notes);
});

it("lets a note on a beat name itself, and no other", () => {
  expect(notesByBeat([beat("b01", "b01: slower\nb02: louder")], IDS)).toEqual([
    beat("b01", "slower\nb02: louder"),
  ]);
});

it("loses no line and changes nothing the second time", () => {
  const line = fc.constantFrom("slower", "b01: longer", "a.1: show: list", "keep: a tide", "");
  const note = fc.record({
    beat_id: fc.constantFrom(null, ...IDS),
    notes: fc.array(line, { maxLength: 5 }).map((lines) => lines.join("\n")),
  });
  const words = (notes: readonly { notes: string }[]) =>
    notes
      .flatMap(({ notes: text }) => text.split("\n"))
      .map((text) => text.replace(/^(?:b01|b02|a\.1):\s*/u, ""))
      .filter((text) => text !== "")
      .sort();
  fc.assert(
    fc.property(fc.array(note, { maxLength: 5 }), (notes) => {
      const told = notesByBeat(notes, IDS);
      expect(words(told)).toEqual(words(notes));
      expect(notesByBeat(told, IDS)).toEqual(told);
    }),
    { seed: 2 },
  );
});
