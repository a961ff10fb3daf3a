import type { Patch } from "@greenlight/contract/patch";
import { expect, it } from "vitest";
import { evolve } from "./evolve.ts";
import { beatsNamed, type NamedBeat, withBeatIds } from "./patch-beats.ts";
import type { JobState } from "./state.ts";
import { fixtureJob, fixtureTime } from "./testing/fixtures.ts";

const set = { on_screen_text: "x" };
const ids = new Map([["b02", "b05"]]);

it.each<[Patch, string[], string[]]>([
  [{ type: "beat_edit", beat_id: "b02", set }, ["b02"], ["b05"]],
  [{ type: "asset_replace", beat_id: "b02", upload_id: "u" }, ["b02"], ["b05"]],
  [{ type: "level_adjust", beat_id: "b02", level_change_db: 3 }, ["b02"], ["b05"]],
  [{ type: "level_adjust", level_change_db: 3 }, [], []],
  [
    {
      type: "duration_adjust",
      beat_adjustments: [
        { beat_id: "b01", duration: 2 },
        { beat_id: "b02", duration: 3 },
      ],
    },
    ["b01", "b02"],
    ["b01", "b05"],
  ],
  [{ type: "revert", artifact: "b02.png", version: 1 }, [], []],
])("%j names its beats and goes along with them", (patch, before, after) => {
  expect(beatsNamed(patch)).toEqual(before);
  const moved = withBeatIds(patch, ids);
  expect(beatsNamed(moved)).toEqual(after);
  expect(withBeatIds(moved, new Map([["b05", "b02"]]))).toEqual(patch);
});

const edit: Patch = { type: "beat_edit", beat_id: "b02", set };
const was: NamedBeat = { beat_id: "b02", section: "One", narration: "The tide turns." };

function patched(state: JobState, beats?: readonly NamedBeat[]): JobState {
  const payload = { by: "ada", patch: edit, effect: "content", stale_from: null } as const;
  const ts = fixtureTime(1);
  return evolve(state, {
    ...{ ts, type: "patch_applied", stage: "storyboard" },
    payload: { ...payload, ...(beats && { beats }) },
  });
}
const boardOf = (state: JobState) => state.stages.find((stage) => stage.id === "storyboard");

it("keeps what the beats were with their patch, also behind patches from before that was recorded", () => {
  const old = patched(patched(fixtureJob(1)));
  expect(boardOf(old)).not.toHaveProperty("patch_beats");
  const now = patched(patched(old, [was]));
  expect(boardOf(now)?.patches).toHaveLength(4);
  expect(boardOf(now)?.patch_beats).toEqual([[], [], [was], []]);
});

it("lets it go with the patches", () => {
  const done = { ...patched(fixtureJob(1), [was]), status: "completed" as const };
  const retried = (keep_patches: boolean) =>
    boardOf(
      evolve(done, {
        ...{ ts: fixtureTime(2), type: "job_retried", stage: "storyboard" },
        payload: { by: "ada", from_stage: "storyboard", reason: "operator", notes: null, keep_patches },
      }),
    );
  expect(retried(true)).toMatchObject({ patches: [edit], patch_beats: [[was]] });
  expect(retried(false)).toMatchObject({ patches: [], patch_beats: [] });
});
