import type { Patch } from "@greenlight/contract/patch";
import { type Beat, type Storyboard, storyboard } from "@greenlight/contract/storyboard";
import { planTimeline } from "@greenlight/media/timeline";
import { expect, it } from "vitest";
import { Rejection } from "../domain/commands.ts";
import { type EditPatch, patchJson } from "../domain/patches.ts";
import { fixtureCfg } from "../domain/testing/fixtures.ts";
import { settleStoryboard } from "./settle-storyboard.ts";

const { lead_s, tail_s } = fixtureCfg().render.pacing;
const beat = (id: string, change: Partial<Beat> = {}): Beat => ({
  ...{ id, section: "One", narration: "The tide turns.", duration_s: 4, speech_s: 1.5 },
  ...{ visual: { kind: "statement", text: "x" }, on_screen_text: "", motion: "push_in", transition: "cut" },
  citations: [],
  ...change,
});
const BOARD: Storyboard = storyboard.parse({
  ...{ slug: "tide", title: "Tide", language: "en", fps: 30, width: 320, height: 180 },
  beats: [beat("b01"), beat("b02"), beat("b03", { narration: "", speech_s: 0 })],
});

/** Half a second a word; keeps what it was asked. */
async function settled(patch: EditPatch, board = BOARD) {
  const asked: string[] = [];
  const seconds = async (texts: readonly string[]) => {
    asked.push(...texts);
    return texts.map((t) => t.split(/\s+/).length / 2);
  };
  const after = storyboard.parse(patchJson(board, patch));
  return { board: await settleStoryboard(patch, board, after, fixtureCfg(), { seconds }), asked };
}
const adjust = (beat_id: string, duration: number): EditPatch => ({
  type: "duration_adjust",
  beat_adjustments: [
    { beat_id: "b03", duration: 3 },
    { beat_id, duration },
  ],
});
const say = (narration: string): EditPatch => ({ type: "beat_edit", beat_id: "b01", set: { narration } });

async function refused(patch: EditPatch, board = BOARD): Promise<Rejection> {
  const error = await settled(patch, board).catch((e: unknown) => e);
  if (!(error instanceof Rejection)) throw new Error("the patch was taken");
  return error;
}

it("measures a narration that was edited, and lets the beat hold it", async () => {
  const words = "One two three four five six seven eight nine ten.";
  const { board, asked } = await settled(say(words));
  expect(asked).toEqual([words]);
  const least = Math.ceil((lead_s + 5 + tail_s) * 30 - 1e-6) / 30;
  expect(board.beats[0]).toMatchObject({ narration: words, speech_s: 5, duration_s: least });
  expect(board.beats.slice(1)).toEqual(BOARD.beats.slice(1));
  const shorter = (await settled(say("Tide."))).board.beats[0];
  expect(shorter).toMatchObject({ speech_s: 0.5, duration_s: 4 });
  expect((await settled(say(""))).board.beats[0]).toMatchObject({ speech_s: 0, duration_s: 4 });
});

it("checks a length against the narration as edited, not as it was", async () => {
  const { board } = await settled(say("One two three four five six."));
  expect((await refused(adjust("b01", 3), board)).code).toBe("patch_too_short");
});

it("refuses what lead-in, speech and tail do not fit in, with the figures", async () => {
  const least = lead_s + 1.5 + tail_s;
  const error = await refused(adjust("b02", 1.9));
  expect(error.code).toBe("patch_too_short");
  expect(error.message).toBe(
    `b02 needs ${least} s: ${lead_s} s before its 1.5 s of speech and ${tail_s} s after; give at least that instead of 1.9 s`,
  );
  expect(error.errors).toEqual([
    {
      pointer: "/beat_adjustments/1/duration",
      message: "shorter than lead-in, narration and tail",
      remedy: `give at least ${least}`,
    },
  ]);
});

it("takes exactly what the film then shows", async () => {
  const { board } = await settled(adjust("b02", 2.1));
  const speech = (id: string) => {
    const duration_s = board.beats.find((b) => b.id === id)?.speech_s ?? 0;
    return duration_s > 0 ? { duration_s, words: [] } : undefined;
  };
  const lengths = planTimeline(board, speech, fixtureCfg().render.pacing, 30).map((b) => b.end_s - b.start_s);
  expect(lengths.map((s) => Math.round(s * 1000) / 1000)).toEqual([4, 2.1, 3]);
});

it("leaves the beats alone that a patch does not touch, however short they are", async () => {
  const board = { ...BOARD, beats: [beat("b01"), beat("b02", { duration_s: 1 }), beat("b03")] };
  const { board: now, asked } = await settled(adjust("b01", 5), board);
  expect(now.beats.map((b) => b.duration_s)).toEqual([5, 1, 3]);
  expect(asked).toEqual([]);
});

it("measures what json_patch says anew, takes no measure from a patch, and does not stretch its beats", async () => {
  const replace = (path: string, value: string | number) => ({ op: "replace" as const, path, value });
  const patch = (...operations: ReturnType<typeof replace>[]): Extract<Patch, { type: "json_patch" }> => ({
    type: "json_patch",
    operations,
  });
  expect((await settled(patch(replace("/beats/0/speech_s", 0)))).board).toEqual(BOARD);
  const longer = replace("/beats/1/narration", "One two three four five six seven eight nine.");
  expect((await refused(patch(longer))).errors[0]?.pointer).toBe("/beats/1/duration_s");
  const { board } = await settled(patch(longer, replace("/beats/1/duration_s", 6)));
  expect(board.beats[1]).toMatchObject({ speech_s: 4.5, duration_s: 6 });
});
