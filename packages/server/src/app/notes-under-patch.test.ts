import type { Patch } from "@greenlight/contract/patch";
import { expect, it } from "vitest";
import { notesUnderPatch } from "./notes-under-patch.ts";

const notes = [
  { beat_id: null, notes: "all" },
  { beat_id: "b01", notes: "one" },
  { beat_id: "b02", notes: "two" },
];
const output = (name: string, beat_id?: string) => ({
  name,
  meta: { made_by: "test", ...(beat_id !== undefined && { beat_id }) },
});
const revert = { type: "revert", artifact: "x", version: 2 } as const;
const adjust = { type: "duration_adjust", beat_adjustments: [{ beat_id: "b02", duration: 3 }] } as const;

it.each<[Patch, ReturnType<typeof output>[], string[]]>([
  [
    { type: "replace", content: "x" },
    [output("script.md")],
    ["“all” changes", "b01: “one” changes", "b02: “two” changes"],
  ],
  [revert, [output("script.md")], ["“all” changes", "b01: “one” changes", "b02: “two” changes"]],
  // The other beats still heed what was said of all.
  [
    revert,
    [output("b01.json", "b01"), output("b01.png", "b01")],
    ["“all” does not reach", "b01: “one” changes"],
  ],
  [
    { type: "beat_edit", beat_id: "b01", set: { narration: "x" } },
    [output("b.json")],
    ["b01: “one” does not reach"],
  ],
  [
    { ...adjust, beat_adjustments: [...adjust.beat_adjustments] },
    [output("b.json")],
    ["b02: “two” does not reach"],
  ],
  [
    { type: "asset_replace", beat_id: "b02", upload_id: "u" },
    [output("b02.png", "b02")],
    ["b02: “two” changes"],
  ],
  [{ type: "text_replace", replacements: [{ old: "a", new: "b" }] }, [output("script.md")], []],
])("%j", (patch, changed, told) => {
  const sentences = notesUnderPatch(patch, notes, changed);
  expect(sentences.map((text, n) => text.startsWith(told[n] ?? "nothing more"))).toEqual(
    told.map(() => true),
  );
  for (const text of sentences) expect(text).toContain(changed.map((one) => one.name).join(", "));
});

it("names a beat that was only to be made anew", () => {
  const patch = { type: "asset_replace", beat_id: "b02", upload_id: "u" } as const;
  const [told] = notesUnderPatch(patch, [{ beat_id: "b02", notes: "" }], [output("b02.png", "b02")]);
  expect(told).toMatch(/^b02: the wish to make it anew changes nothing in b02\.png: the kept asset_replace /);
});
