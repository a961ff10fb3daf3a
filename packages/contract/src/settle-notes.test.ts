import { expect, test } from "vitest";
import { settleNotes } from "./settle-notes.ts";

const beats = [
  { id: "b01", section: "Why", narration: "The tide turns." },
  { id: "b02", section: "Why", narration: "The sea rises." },
  { id: "b03", section: "Then", narration: "The tide turns." },
];
const note = (beat_id: string | null, section?: string, narration: string | null = null) => ({
  ...{ beat_id, notes: "slower" },
  ...(section !== undefined && { beat: { section, narration } }),
});

test.each([
  ["the same beat", note("b02", "Why", "The sea rises."), "b02"],
  ["a beat that has another id now", note("b07", "Why", "The sea rises."), "b02"],
  ["a beat whose old id another one has", note("b01", "Then", "The tide turns."), "b03"],
  ["a beat whose text a patch had written", note("b02", "Why"), "b02"],
  ["a beat known by its id alone", note("b01"), "b01"],
  ["the whole output", note(null), null],
])("a note on %s goes to it", (_, given, beat_id) => {
  expect(settleNotes([given], beats)).toEqual({ notes: [{ ...given, beat_id }], unmet: [] });
});

test.each([
  [
    note("b02", "Why", "The moon pulls."),
    "b02: “slower” was for a beat that says “The moon pulls.”",
    "b02 is another beat now",
  ],
  [
    note("b09", "Why", "The moon pulls."),
    "b09: “slower” was for a beat that says",
    "there is no b09 any more",
  ],
  [note("b02", "Then"), "b02: “slower” was for a beat in “Then”", "b02 is another beat now"],
  [{ ...note("b09", "Why", "x"), notes: "" }, "b09: the wish to make it anew was for", "no b09"],
])("a note on a beat that is gone is told: %j", (given, begins, ends) => {
  const { notes, unmet } = settleNotes([given, note(null)], beats);
  expect(notes).toEqual([note(null)]);
  expect(unmet).toEqual([expect.stringContaining(begins)]);
  expect(unmet[0]).toContain(ends);
});

test("a note is not given to one of two beats that say the same", () => {
  const twice = [...beats, { id: "b04", section: "Why", narration: "The sea rises." }];
  expect(settleNotes([note("b09", "Why", "The sea rises.")], twice).notes).toEqual([]);
});
