import type { Patch } from "@greenlight/contract/patch";
import type { Beat } from "@greenlight/contract/storyboard";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { JobState } from "../domain/state.ts";
import { planned } from "../domain/testing/scenario.ts";
import { layKeptPatches } from "./lay-kept-patches.ts";
import type { Actor, Operations } from "./ports/operations.ts";
import { preparePatch } from "./prepare-patch.ts";
import { adapterOf, openEngine } from "./testing/engine.ts";
import { engineOperations } from "./testing/engine-operations.ts";

type Words = readonly (readonly [section: string, narration: string])[];

const origin = { via: "http", token: "olga", address: "10.0.0.7", link_id: null } as const;
const olga: Actor = { name: "olga", role: "operator", origin };
const FIRST: Words = [
  ["One", "The tide turns."],
  ["Two", "The mill grinds."],
  ["Two", "The gate shuts."],
  ["Three", "The moon pulls."],
];
/** The mill is the third beat now, and the second is a stranger. */
const MOVED: Words = [["One", "The tide turns."], ["One", "The bay fills up."], ...FIRST.slice(1)];
const [opening = ["", ""], , ...others] = FIRST;
const GONE: Words = [opening, ["Four", "The bay empties."], ...others];

let words: Words;
let mixed: (readonly Patch[])[];
let engine: Awaited<ReturnType<typeof openEngine>>;
let operations: Operations;
beforeEach(async () => {
  words = FIRST;
  mixed = [];
  const json = { media_type: "application/json", meta: { made_by: "test" } };
  const script = adapterOf("script", async (ctx) => {
    await ctx.write("script", "script.md", JSON.stringify(words), { ...json, media_type: "text/markdown" });
  });
  const board = adapterOf("board", async (ctx) => {
    const beats = words.map(([section, narration], n) => ({
      ...{ id: `b0${n + 1}`, section, narration, duration_s: 4, speech_s: 1.5 },
      ...{ visual: { kind: "statement", text: "x" }, on_screen_text: "", motion: "push_in" },
      ...{ transition: "cut", citations: [] },
    }));
    const frame = { slug: "tide", title: "Tide", language: "en", fps: 30, width: 320, height: 180 };
    await ctx.write("storyboard", "storyboard.json", JSON.stringify({ ...frame, beats }), json);
  });
  const audio = adapterOf(
    "audio",
    async (ctx) => {
      mixed.push(ctx.patches);
      await ctx.write("mix", "mix.wav", `mix ${mixed.length}`, { ...json, media_type: "audio/wav" });
    },
    { reads: ["storyboard"] },
  );
  engine = await openEngine({ adapters: [script, board, audio] });
  operations = engineOperations(engine, () => [planned("script"), planned("board"), planned("audio")]);
  await engine.dispatcher.start([]);
});
afterEach(() => engine.close());

async function made(): Promise<string> {
  const id = await engine.submit([planned("script"), planned("board"), planned("audio")]);
  await ended(id);
  return id;
}

async function ended(id: string): Promise<JobState> {
  const state = await engine.until(id, (now) => now.status === "completed" || now.status === "failed");
  expect(state.error).toBeNull();
  return state;
}

async function patch(id: string, stage: string, asked: Patch): Promise<void> {
  await operations.applyPatch(id, stage, asked, olga);
  await ended(id);
}

/** Everything is made again of another script. */
async function rewrite(id: string, now: Words): Promise<void> {
  words = now;
  await operations.retry(id, { from_stage: "script", notes: now.map(([, said]) => said).join(" ") }, olga);
  await ended(id);
}

async function textOf({ artifacts }: JobState): Promise<string> {
  const board = artifacts.find((a) => a.kind === "storyboard");
  return new TextDecoder().decode(await engine.objects.read(board?.sha256 ?? ""));
}

async function beats(id: string): Promise<Beat[]> {
  return JSON.parse(await textOf(await engine.bus.load(id))).beats;
}

/** Of the last run of a stage. */
async function missed(id: string, stage: string): Promise<unknown> {
  const log = await engine.store.readJob(id, 0, 1000);
  return log.findLast((e) => e.type === "stage_completed" && e.stage === stage)?.payload.patches_not_applied;
}

const say = (beat_id: string, narration: string): Patch => ({
  type: "beat_edit",
  beat_id,
  set: { narration },
});
const hold = (beat_id: string, duration: number): Patch => ({
  type: "duration_adjust",
  beat_adjustments: [{ beat_id, duration }],
});

it("takes patches along with their beat, the later ones too, and gives them to no stranger", async () => {
  const id = await made();
  await patch(id, "board", say("b02", "The old mill grinds."));
  await patch(id, "board", hold("b02", 6));
  await rewrite(id, MOVED);
  const said = async () => (await beats(id)).map((beat) => [beat.narration, beat.duration_s]);
  const moved = [
    ["The tide turns.", 4],
    ["The bay fills up.", 4],
    ["The old mill grinds.", 6],
    ["The gate shuts.", 4],
    ["The moon pulls.", 4],
  ];
  expect(await said()).toEqual(moved);
  expect(await missed(id, "board")).toEqual([]);
  // Made where it stands now, of words that are a patch's: the beat is still the one its stage made.
  await patch(id, "board", hold("b03", 7));
  await rewrite(id, FIRST);
  expect((await beats(id))[1]).toMatchObject({ narration: "The old mill grinds.", duration_s: 7 });
  expect(await missed(id, "board")).toEqual([]);
});

it("says which patches have lost their beat, applies none of them, and lays them again when it is back", async () => {
  const id = await made();
  await patch(id, "board", say("b02", "The old mill grinds."));
  await patch(id, "board", hold("b02", 6));
  await rewrite(id, GONE);
  expect((await beats(id))[1]).toMatchObject({ narration: "The bay empties.", duration_s: 4 });
  const gone = { code: "beat_not_found", message: expect.stringContaining("“The mill grinds.”") };
  expect(await missed(id, "board")).toMatchObject([gone, gone]);
  await rewrite(id, FIRST);
  expect((await beats(id))[1]).toMatchObject({ narration: "The old mill grinds.", duration_s: 6 });
  expect(await missed(id, "board")).toEqual([]);
});

it("gives a later stage its patch under the id that the beat has now, whatever a patch has it say", async () => {
  const id = await made();
  const level = { type: "level_adjust", beat_id: "b02", level_change_db: 3 } as const;
  await patch(id, "audio", level);
  await patch(id, "board", say("b02", "The old mill grinds."));
  expect(mixed.at(-1)).toEqual([level]);
  await rewrite(id, MOVED);
  expect(mixed.at(-1)).toEqual([{ ...level, beat_id: "b03" }]);
  expect(await missed(id, "audio")).toEqual([]);
  // 3 dB of 24 are used up, under the id of now.
  const louder = operations.applyPatch(id, "audio", { ...level, beat_id: "b03", level_change_db: 22 }, olga);
  await expect(louder).rejects.toMatchObject({ code: "patch_invalid" });
  await rewrite(id, GONE);
  expect(mixed.at(-1)).toEqual([]);
  expect(await missed(id, "audio")).toMatchObject([{ patch: level, code: "beat_not_found" }]);
});

it("keeps a later stage's patch by section and id where another patch hides what the beat was made as", async () => {
  const id = await made();
  const level = { type: "level_adjust", beat_id: "b02", level_change_db: 3 } as const;
  await patch(id, "audio", level);
  const operations = [{ op: "replace" as const, path: "/beats/1/narration", value: "It grinds." }];
  await patch(id, "board", { type: "json_patch", operations });
  expect(mixed.at(-1)).toEqual([level]);
  expect(await missed(id, "audio")).toEqual([]);
});

it("takes silent beats of one section for no other than their ids say", async () => {
  words = [
    ["One", ""],
    ["One", ""],
    ["Two", "The mill grinds."],
  ];
  const id = await made();
  await patch(id, "board", hold("b02", 6));
  await patch(id, "board", hold("b03", 7));
  await rewrite(id, [
    ["One", ""],
    ["Two", "The mill grinds."],
  ]);
  expect((await beats(id)).map((beat) => beat.duration_s)).toEqual([4, 7]);
  const [lost, ...more] = (await missed(id, "board")) as unknown[];
  expect(lost).toMatchObject({ patch: hold("b02", 6), code: "beat_not_found" });
  expect(more).toEqual([]);
});

it("tells which newer note a patch lays over that has moved along with its beat", async () => {
  const id = await made();
  await patch(id, "board", say("b02", "The old mill grinds."));
  const beat = { section: "Two", narration: "The mill grinds." };
  const state = await engine.bus.load(id);
  const stages = state.stages.map((stage) => ({
    ...stage,
    feedback: [{ beat_id: "b02", notes: "calmer", beat }],
  }));
  const stage = stages.find((one) => one.id === "board");
  const moved = FIRST.map(([section, narration], n) => ({ id: `b0${5 - n}`, section, narration }));
  const board = JSON.parse(await textOf(state));
  const again = { ...board, beats: moved.map((one, n) => ({ ...board.beats[n], ...one })) };
  const stored = await engine.objects.put(new TextEncoder().encode(JSON.stringify(again)));
  const storyboard = { kind: "storyboard" as const, name: "storyboard.json", ...stored };
  const output = { ...storyboard, media_type: "application/json", meta: { made_by: "test" } };
  if (!stage) throw new Error("the job has no board");
  const { conflicts, covered } = await layKeptPatches({ ...state, stages }, stage, [output], engine);
  expect(conflicts).toEqual([]);
  expect(covered).toEqual([
    expect.stringMatching(/^b04: “calmer” does not reach a part of storyboard\.json/),
  ]);
});

it("knows the beat of a patch by its id alone where nothing else was recorded", async () => {
  const id = await made();
  const level = { type: "level_adjust", beat_id: "b04", level_change_db: 3 } as const;
  for (const [stage, asked] of [
    ["audio", level],
    ["board", hold("b02", 6)],
  ] as const) {
    await engine.bus.handle(id, async (before) => ({
      ...{ type: "apply_patch", by: "ada", stage },
      patch: { ...(await preparePatch(asked, stage, before, engine)), beats: [] },
    }));
    await ended(id);
  }
  await rewrite(id, MOVED.slice(0, 3));
  expect((await beats(id)).map((beat) => beat.duration_s)).toEqual([4, 6, 4]);
  expect(await missed(id, "audio")).toMatchObject([
    { code: "beat_not_found", message: "the storyboard has no beat b04 any more" },
  ]);
});
