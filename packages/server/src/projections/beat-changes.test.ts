import { type Storyboard, storyboard } from "@greenlight/contract/storyboard";
import fc from "fast-check";
import { expect, it } from "vitest";
import { beatChanges } from "./beat-changes.ts";
import { jsonChanges } from "./json-changes.ts";

const boardOf = (ids: readonly string[], change: (id: string) => object = () => ({})): Storyboard =>
  storyboard.parse({
    ...{ slug: "tide", title: "Tide", language: "en", fps: 30, width: 320, height: 180 },
    beats: ids.map((id) => ({
      ...{ id, section: "One", narration: "", duration_s: 2, speech_s: 1, on_screen_text: "" },
      ...{ visual: { kind: "statement", text: id }, motion: "push_in", transition: "cut" },
      ...change(id),
    })),
  });

it("tells what was added, removed, moved and changed, and leaves out what stands as it was", () => {
  const after = boardOf(["d", "a", "new", "b"], (id) => (id === "b" ? { duration_s: 3 } : {}));
  expect(beatChanges(boardOf(["a", "b", "c", "d"]), after)).toEqual([
    { beat_id: "d", from_index: 3, to_index: 0, moved: true, fields: [] },
    { beat_id: "new", from_index: null, to_index: 2, moved: false, fields: [] },
    {
      ...{ beat_id: "b", from_index: 1, to_index: 3, moved: false },
      fields: [{ pointer: "/duration_s", before: 2, after: 3 }],
    },
    { beat_id: "c", from_index: 2, to_index: null, moved: false, fields: [] },
  ]);
});

it("counts no more beats as moved than must be, and none where the order stands", () => {
  const ids = fc.uniqueArray(fc.constantFrom(..."abcdefg"), { minLength: 1 });
  fc.assert(
    fc.property(ids, ids, (before, after) => {
      const changes = beatChanges(boardOf(before), boardOf(after));
      const moved = new Set(changes.filter((c) => c.moved).map((c) => c.beat_id));
      const still = (list: string[], other: string[]) =>
        list.filter((id) => other.includes(id) && !moved.has(id));
      expect(still(before, after)).toEqual(still(after, before));
      const kept = before.filter((id) => after.includes(id));
      if (kept.join() === after.filter((id) => before.includes(id)).join()) expect(moved.size).toBe(0);
    }),
    { seed: 1 },
  );
});

it("finds each changed place of a JSON value, with its pointer escaped", () => {
  expect(jsonChanges({ "a/b": [1, { c: null }], x: 1 }, { "a/b": [1, { c: 2 }, 3], y: {} })).toEqual([
    { pointer: "/a~1b/1/c", before: null, after: 2 },
    { pointer: "/a~1b/2", after: 3 },
    { pointer: "/x", before: 1 },
    { pointer: "/y", after: {} },
  ]);
  expect(jsonChanges([], {})).toEqual([{ pointer: "", before: [], after: {} }]);
});

it("finds a change in a JSON value exactly where there is one", () => {
  const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(jsonChanges(a, a)).toEqual([]);
      const differ = (() => {
        try {
          expect(a).toEqual(b);
          return false;
        } catch {
          return true;
        }
      })();
      expect(jsonChanges(a, b).length > 0).toBe(differ);
    }),
    { seed: 2 },
  );
});
