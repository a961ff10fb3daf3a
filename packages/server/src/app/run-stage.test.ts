import { afterEach, expect, it } from "vitest";
import { planned, REQUIRED } from "../domain/testing/scenario.ts";
import { toGateStatuses } from "../projections/job-view.ts";
import type { ObjectStore } from "./ports/object-store.ts";
import type { StageContext } from "./ports/stage-adapter.ts";
import type { StageExecutor } from "./ports/stage-executor.ts";
import { preparePatch } from "./prepare-patch.ts";
import { adapterOf, type EngineOptions, hasStatus, openEngine } from "./testing/engine.ts";
import { engineOperations } from "./testing/engine-operations.ts";

const open: { close(): Promise<void> }[] = [];
async function engine(options: EngineOptions) {
  const made = await openEngine(options);
  open.push(made);
  return made;
}
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const MARKDOWN = { media_type: "text/markdown", meta: { made_by: "test" } };
const write = (ctx: StageContext, text: string) => ctx.write("script", "s.md", text, MARKDOWN);
const content = async (objects: ObjectStore, sha256 = "") =>
  new TextDecoder().decode(await objects.read(sha256));

it("lays a kept patch over the stage's next output, and says when it no longer fits", async () => {
  const texts = ["the old tide", "again the old tide", "something else"];
  let runs = 0;
  const e = await engine({ adapters: [adapterOf("a", (ctx) => write(ctx, texts[runs++] ?? ""))] });
  const id = await e.submit([planned("a", REQUIRED), planned("b", null, { enabled: false })]);
  await e.dispatcher.start([]);
  await e.until(id, hasStatus("needs_approval"));
  const patch = { type: "text_replace", replacements: [{ old: "old", new: "new" }] } as const;
  await e.bus.handle(id, async (before) => ({
    type: "apply_patch",
    by: "ada",
    stage: "a",
    patch: await preparePatch({ ...patch, replacements: [...patch.replacements] }, "a", before, e),
  }));
  const rerun = async (notes: string) => {
    const reject = { type: "reject_gate", stage: "a", by: "ada", notes, patch: null } as const;
    await e.bus.handle(id, { ...reject, keep_lane: false });
    await e.bus.handle(id, { type: "resume_job", by: "ada", stage: null, notes: null, patch: null });
    const state = await e.until(id, hasStatus("needs_approval"));
    return content(e.objects, state.artifacts[0]?.sha256);
  };
  expect(await content(e.objects, (await e.bus.load(id)).artifacts[0]?.sha256)).toBe("the new tide");
  expect(await rerun("again")).toBe("again the new tide");
  expect(await rerun("other")).toBe("something else");
  const ended = (await e.store.readJob(id, 0, 100)).filter((x) => x.type === "stage_completed").at(-1);
  expect(ended?.payload.patches_not_applied).toMatchObject([{ code: "patch_target_missing" }]);
  expect((await e.bus.load(id)).stages[0]?.patches).toHaveLength(1);
});

it("says which kept patches are for a beat that is gone", async () => {
  const beats = (...ids: string[]) =>
    ids.map((id) => ({
      ...{ id, section: "One", narration: "", duration_s: 4, speech_s: 0, on_screen_text: "" },
      ...{ visual: { kind: "statement", text: "x" }, motion: "push_in", transition: "cut", citations: [] },
    }));
  const board = adapterOf("board", (ctx) => {
    const frame = { slug: "tide", title: "Tide", language: "en", fps: 30, width: 320, height: 180 };
    const made = { ...frame, beats: ctx.feedback.length > 0 ? beats("b01") : beats("b01", "b02") };
    const json = { media_type: "application/json", meta: { made_by: "test" } };
    return ctx.write("storyboard", "storyboard.json", JSON.stringify(made), json);
  });
  const mix = adapterOf(
    "mix",
    (ctx) => ctx.write("mix", "mix.wav", "sound", { media_type: "audio/wav", meta: { made_by: "test" } }),
    { reads: ["storyboard"] },
  );
  const e = await engine({ adapters: [board, mix] });
  const id = await e.submit([planned("board"), planned("mix", REQUIRED)]);
  await e.dispatcher.start([]);
  await e.until(id, hasStatus("needs_approval"));
  for (const beat_id of ["b01", "b02"]) {
    const patch = { type: "level_adjust", level_change_db: 3, beat_id } as const;
    await e.bus.handle(id, async (before) => ({
      ...{ type: "apply_patch", by: "ada", stage: "mix" },
      patch: await preparePatch(patch, "mix", before, e),
    }));
    await e.until(id, hasStatus("needs_approval"));
  }
  const back = { type: "retry_job", by: "ada", from_stage: "board", notes: "one beat less" } as const;
  await e.bus.handle(id, {
    type: "reject_gate",
    stage: "mix",
    by: "ada",
    notes: null,
    patch: null,
    keep_lane: false,
  });
  await e.bus.handle(id, { type: "cancel_job", by: "ada", notes: null });
  await e.bus.handle(id, back);
  await e.until(id, hasStatus("needs_approval"));
  const ended = (await e.store.readJob(id, 0, 100)).filter((x) => x.type === "stage_completed");
  const none: unknown[] = [];
  expect(ended.map((x) => x.payload.patches_not_applied)).toMatchObject([
    ...[none, none, none, none, none],
    [{ code: "beat_not_found", message: expect.stringMatching(/no longer has the beat b02 .*in “One”$/) }],
  ]);
});

it("drops what an earlier run made and the new one does not, so that no later stage reads it", async () => {
  const read: string[][] = [];
  const first = adapterOf("a", async (ctx) => {
    await write(ctx, "kept");
    if (ctx.feedback.length === 0) await ctx.write("script", "extra.md", "extra", MARKDOWN);
  });
  const second = adapterOf("b", async (ctx) => void read.push(ctx.inputs("script").map((i) => i.name)));
  const e = await engine({ adapters: [first, second] });
  const id = await e.submit([planned("a", REQUIRED), planned("b")]);
  await e.dispatcher.start([]);
  await e.until(id, hasStatus("needs_approval"));
  const decision = { stage: "a", by: "ada", patch: null, keep_lane: false } as const;
  await e.bus.handle(id, { ...decision, type: "reject_gate", notes: "less" });
  await e.bus.handle(id, { type: "resume_job", by: "ada", stage: null, notes: null, patch: null });
  const open = await e.until(id, hasStatus("needs_approval"));
  expect(open.gates[0]?.artifact_sha256s).toHaveLength(1);
  await e.bus.handle(id, { ...decision, type: "approve_gate", notes: null });
  await e.until(id, hasStatus("completed"));
  expect(read).toEqual([["s.md"]]);
});

it("keeps a pause that was asked for when a patch ends the attempt it waited for", async () => {
  const endless = (ctx: StageContext) =>
    new Promise<void>((_, reject) => ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason)));
  const e = await engine({ adapters: [adapterOf("a", (ctx) => write(ctx, "old")), adapterOf("b", endless)] });
  const id = await e.submit([planned("a"), planned("b")]);
  await e.dispatcher.start([]);
  await e.until(id, (s) => s.running?.stage === "b");
  await e.bus.handle(id, { type: "pause_job", by: "ada", now: false });
  const state = await e.bus.handle(id, async (before) => ({
    type: "apply_patch",
    by: "ada",
    stage: "a",
    patch: await preparePatch({ type: "replace", content: "new" }, "a", before, e),
  }));
  expect(state).toMatchObject({ status: "paused", position: 1, running: null });
});

it("fails the attempt, rather than leaving it running, when something breaks around the stage", async () => {
  const executor: StageExecutor = {
    run: () => Promise.reject(new Error("no more processes")),
    close: async () => {},
  };
  const e = await engine({ executor });
  const id = await e.submit([planned("a", null, { retries: 0 })]);
  await e.dispatcher.start([]);
  const state = await e.until(id, hasStatus("failed"));
  expect(state.error).toMatchObject({ code: "stage_failed", stage: "a" });
  expect(e.lines).toContainEqual({ level: "error", tag: "stage", message: "a could not be run" });
});

it("says which notes a kept patch left without effect, in the event and the stage's log", async () => {
  let runs = 0;
  const e = await engine({ adapters: [adapterOf("a", (ctx) => write(ctx, `draft ${++runs}`))] });
  const id = await e.submit([planned("a", REQUIRED)]);
  await e.dispatcher.start([]);
  await e.until(id, hasStatus("needs_approval"));
  const rerun = async (notes: string, keep_patches = true) => {
    const reject = { type: "reject_gate", stage: "a", by: "ada", notes, patch: null } as const;
    await e.bus.handle(id, { ...reject, keep_lane: false });
    await e.bus.handle(id, {
      type: "resume_job",
      by: "ada",
      stage: null,
      notes: null,
      patch: null,
      keep_patches,
    });
    await e.until(id, hasStatus("needs_approval"));
    return (await e.store.readJob(id, 0, 100)).findLast((x) => x.type === "stage_completed");
  };
  expect((await rerun("calmer"))?.payload.feedback_unmet).toEqual([]);
  await e.bus.handle(id, async (before) => ({
    type: "apply_patch",
    by: "ada",
    stage: "a",
    patch: await preparePatch({ type: "replace", content: "mine" }, "a", before, e),
  }));
  // The first note was there when the patch was made.
  const told =
    "“shorter” changes nothing in s.md: the kept replace stands over it; let it go with keep_patches: false";
  const ended = await rerun("shorter");
  expect(ended).toMatchObject({
    message: expect.stringContaining(told),
    payload: { feedback_unmet: [told] },
  });
  expect(e.lines).toContainEqual({ level: "warn", tag: "stage", message: `not honoured: ${told}` });
  expect((await rerun("longer", false))?.payload.feedback_unmet).toEqual([]);
  expect(await content(e.objects, (await e.bus.load(id)).artifacts[0]?.sha256)).toBe("draft 4");
});

it("keeps at the gate what a run could not honour, also where it made the very same again", async () => {
  const wish = "“louder” changes nothing here";
  const adapter = adapterOf("a", (ctx) => {
    const meta = { made_by: "test", feedback_unmet: ctx.feedback.length > 0 ? [wish] : [] };
    return ctx.write("script", "s.md", "ever the same", { ...MARKDOWN, meta });
  });
  const e = await engine({ adapters: [adapter] });
  const id = await e.submit([planned("a", REQUIRED)]);
  await e.dispatcher.start([]);
  const first = await e.until(id, hasStatus("needs_approval"));
  const unmet = (state: typeof first) => toGateStatuses(state, 0).map((gate) => gate.feedback_unmet);
  expect(unmet(first)).toEqual([[]]);
  const reject = { type: "reject_gate", stage: "a", by: "ada", notes: "louder", patch: null } as const;
  await e.bus.handle(id, { ...reject, keep_lane: false });
  const resume = { type: "resume_job", by: "ada", stage: null, notes: null, patch: null } as const;
  await e.bus.handle(id, { ...resume, keep_patches: true });
  const second = await e.until(id, hasStatus("needs_approval"));
  expect(second.artifacts[0]?.meta).toEqual(first.artifacts[0]?.meta);
  expect(unmet(second)).toEqual([[wish]]);
});

it("gives notes to the beats they were said of as they are numbered now, and tells of those that are gone", async () => {
  const heard: unknown[] = [];
  const board = (...says: string[]) =>
    JSON.stringify({
      ...{ slug: "t", title: "T", language: "en", fps: 30, width: 320, height: 180 },
      beats: says.map((narration, n) => ({
        ...{ id: `b0${n + 1}`, section: "One", narration, duration_s: 4, speech_s: 2, citations: [] },
        ...{
          visual: { kind: "statement", text: "x" },
          on_screen_text: "",
          motion: "push_in",
          transition: "cut",
        },
      })),
    });
  const made = [board("The tide turns.", "The sea rises."), board("The sea rises.")];
  const json = { media_type: "application/json", meta: { made_by: "test" } };
  const e = await engine({
    adapters: [
      adapterOf("board", (ctx) => ctx.write("storyboard", "board.json", made.shift() ?? "", json)),
      adapterOf("b", async (ctx) => void heard.push(ctx.feedback.map((note) => note.beat_id)), {
        reads: ["storyboard"],
      }),
    ],
  });
  const operations = engineOperations(e, () => []);
  const ada = {
    name: "ada",
    role: "admin",
    origin: { via: "http", token: "ada", address: null, link_id: null },
  } as const;
  const id = await e.submit([planned("board"), planned("b", REQUIRED)]);
  await e.dispatcher.start([]);
  await e.until(id, hasStatus("needs_approval"));
  const beats = [{ beat_id: "b01", notes: "slower" }, { beat_id: "b02" }];
  await operations.reject(id, { stage: "b", beats }, ada);
  await operations.resume(id, { stage: "board", notes: "shorter" }, ada);
  await e.until(id, hasStatus("needs_approval"));
  expect(heard).toEqual([[], ["b01"]]);
  const ended = (await e.store.readJob(id, 0, 100)).findLast((x) => x.type === "stage_completed");
  expect(ended?.message).toContain("not honoured: b01: “slower” was for a beat that says “The tide turns.”");
});
