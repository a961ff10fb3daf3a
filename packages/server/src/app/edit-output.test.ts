import { afterEach, expect, it } from "vitest";
import { Rejection } from "../domain/commands.ts";
import { planned, REQUIRED } from "../domain/testing/scenario.ts";
import type { StageContext } from "./ports/stage-adapter.ts";
import { preparePatch } from "./prepare-patch.ts";
import { adapterOf, hasStatus, openEngine } from "./testing/engine.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const SCENE = {
  ...{ beat_id: "b01", kind: "statement", width: 320, height: 180, duration_s: 4 },
  ...{ background: { colour: "#102030", glows: [], drift: [0, 0] }, motion: "push_in", push: 1, layers: [] },
};
const IMAGE = {
  ...{ type: "image", id: "0".repeat(64), box: { x: 0, y: 0, width: 9, height: 9 } },
  ...{ enter: { kind: "fade", at_s: 0, duration_s: 0.4 }, leave_s: null, depth: 0 },
};

/** A job at the gate of its pictures; `write` writes those of its nth run. */
async function atGate(write: (ctx: StageContext, run: number) => Promise<void>) {
  let run = 0;
  const e = await openEngine({ adapters: [adapterOf("assets", (ctx) => write(ctx, ++run))] });
  open.push(e);
  const id = await e.submit([planned("assets", REQUIRED)]);
  await e.dispatcher.start([]);
  await e.until(id, hasStatus("needs_approval"));
  return {
    async patch(path: string, value: string | object) {
      const operations = [{ op: "add" as const, path, value }];
      const patch = { type: "json_patch", artifact: "b01.json", operations } as Parameters<
        typeof preparePatch
      >[0];
      await e.bus.handle(id, async (before) => {
        const prepared = await preparePatch(patch, "assets", before, e);
        return { type: "apply_patch", by: "ada", stage: "assets", patch: prepared };
      });
    },
    async replace(content: typeof SCENE) {
      const patch = { type: "replace" as const, artifact: "b01.json", content };
      await e.bus.handle(id, async (before) => {
        const prepared = await preparePatch(patch, "assets", before, e);
        return { type: "apply_patch", by: "ada", stage: "assets", patch: prepared };
      });
    },
    /** Gives the beat another picture; what of the kept patches did not apply then. */
    async showPicture() {
      const patch = { type: "asset_replace" as const, beat_id: "b01", upload_id: e.ids.next() };
      const prepared = { patch, effect: { kind: "rebuild" as const } };
      await e.bus.handle(id, { type: "apply_patch", by: "ada", stage: "assets", patch: prepared });
      await e.until(id, hasStatus("needs_approval"));
      const ended = (await e.store.readJob(id, 0, 100)).filter((x) => x.type === "stage_completed").at(-1);
      return ended?.payload.patches_not_applied;
    },
    async rerun() {
      const reject = {
        type: "reject_gate",
        stage: "assets",
        by: "ada",
        notes: "again",
        patch: null,
      } as const;
      await e.bus.handle(id, { ...reject, keep_lane: false });
      await e.bus.handle(id, { type: "resume_job", by: "ada", stage: null, notes: null, patch: null });
      await e.until(id, hasStatus("needs_approval"));
    },
    async shown(): Promise<Record<string, string>> {
      const { artifacts } = await e.bus.load(id);
      const read = async (sha256: string) => new TextDecoder().decode(await e.objects.read(sha256));
      return Object.fromEntries(
        await Promise.all(artifacts.map(async (a) => [`${a.name}@${a.version}`, await read(a.sha256)])),
      );
    },
    /** What the open gate asks about. */
    asked: async () => {
      const { gates, artifacts } = await e.bus.load(id);
      const shas = gates[0]?.artifact_sha256s ?? [];
      return artifacts.filter((a) => shas.includes(a.sha256)).map((a) => `${a.name}@${a.version}`);
    },
  };
}

const meta = { made_by: "test", beat_id: "b01" };
const drawing = async (ctx: StageContext, run: number) => {
  const scene = { ...SCENE, kind: `run ${run}` };
  await ctx.write("asset", "b01.json", JSON.stringify(scene), { media_type: "application/json", meta });
  await ctx.write("asset", "b01.png", `first still ${run}`, { media_type: "image/png", meta });
  await ctx.write("asset", "b02.png", "other still", { media_type: "image/png", meta });
};

it("draws the still of an edited scene again, so that approval sees what the film will show", async () => {
  const job = await atGate(drawing);
  await job.patch("/background/colour", "#000000");
  const shown = await job.shown();
  expect(Object.keys(shown)).toEqual(["b01.json@2", "b01.png@2", "b02.png@1"]);
  expect(shown["b01.png@2"]).toBe(`still of ${JSON.stringify(JSON.parse(shown["b01.json@2"] ?? ""))}`);
  expect(shown["b01.png@2"]).toContain('"colour":"#000000"');
  expect(await job.asked()).toEqual(["b01.json@2", "b01.png@2", "b02.png@1"]);
});

it("draws it again as well when the edit is laid over the stage's next output", async () => {
  const job = await atGate(drawing);
  await job.patch("/background/colour", "#000000");
  await job.rerun();
  const { "b01.png@3": still } = await job.shown();
  expect(still).toMatch(/^still of .*"kind":"run 2".*"colour":"#000000"/);
});

it("does not lay an old scene over the picture that a newer patch gives its beat", async () => {
  const job = await atGate(drawing);
  await job.replace({ ...SCENE, kind: "by hand" });
  expect((await job.shown())["b01.json@2"]).toContain('"kind": "by hand"');
  expect(await job.showPicture()).toMatchObject([
    { code: "patch_not_applicable", message: "a newer patch gives b01.json another picture" },
  ]);
  const shown = await job.shown();
  expect(shown["b01.json@3"]).toContain('"kind":"run 2"');
  expect(shown["b01.png@3"]).toBe("first still 2");
});

it("leaves a still alone that no scene of the renderer belongs to", async () => {
  const job = await atGate(async (ctx) => {
    await ctx.write("asset", "b01.json", "{}", { media_type: "application/json", meta });
    await ctx.write("asset", "b01.png", "their still", { media_type: "image/png", meta });
  });
  await job.patch("/tint", "blue");
  expect(Object.keys(await job.shown())).toEqual(["b01.json@2", "b01.png@1"]);
});

it.each([
  ["/layers/-", IMAGE, "/layers"],
  ["/beat_id", "b02", "/beat_id"],
  ["/width", 100_000, "/width"],
])("refuses a scene with another %s, and changes nothing", async (path, value, pointer) => {
  const job = await atGate(drawing);
  const refused = await job.patch(path, value as object).catch((error: unknown) => error);
  if (!(refused instanceof Rejection)) throw new Error("the patch was taken");
  expect(refused.code).toBe("patch_invalid_result");
  expect(refused.errors.map((e) => e.pointer)).toContain(pointer);
  expect(Object.keys(await job.shown())).toEqual(["b01.json@1", "b01.png@1", "b02.png@1"]);
});
