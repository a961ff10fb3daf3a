import { afterEach, expect, it } from "vitest";
import { Rejection } from "../domain/commands.ts";
import { planned, REQUIRED } from "../domain/testing/scenario.ts";
import type { StageContext } from "./ports/stage-adapter.ts";
import { preparePatch } from "./prepare-patch.ts";
import { adapterOf, hasStatus, openEngine } from "./testing/engine.ts";

type Engine = Awaited<ReturnType<typeof openEngine>>;
const open: Engine[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A job at the gate of its only stage, whose nth run writes what `write` says; the clock stands 1 s apart. */
async function atGate(write: (ctx: StageContext, run: number) => Promise<void>) {
  let run = 0;
  let now = Date.parse("2026-01-05T08:00:00.000Z");
  const adapters = [adapterOf("a", (ctx) => write(ctx, ++run), { reads_cfg: () => ++now })];
  const e = await openEngine({ adapters, now: () => now });
  open.push(e);
  const id = await e.submit([planned("a", REQUIRED), planned("b", null, { enabled: false })]);
  await e.dispatcher.start([]);
  await e.until(id, hasStatus("needs_approval"));
  return {
    async patch(patch: Parameters<typeof preparePatch>[0]) {
      now += 1000;
      return e.bus.handle(id, async (before) => {
        const prepared = await preparePatch(patch, "a", before, e);
        return { type: "apply_patch", by: "ada", stage: "a", patch: prepared };
      });
    },
    async rerun(notes: string) {
      now += 1000;
      const reject = { type: "reject_gate", stage: "a", by: "ada", notes, patch: null } as const;
      await e.bus.handle(id, { ...reject, keep_lane: false });
      await e.bus.handle(id, { type: "resume_job", by: "ada", stage: null, notes: null, patch: null });
      return e.until(id, hasStatus("needs_approval"));
    },
    async shown(): Promise<Record<string, string>> {
      const { artifacts } = await e.bus.load(id);
      const read = async (sha256: string) => new TextDecoder().decode(await e.objects.read(sha256));
      return Object.fromEntries(
        await Promise.all(artifacts.map(async (a) => [`${a.name}@${a.version}`, await read(a.sha256)])),
      );
    },
    load: () => e.bus.load(id),
    versions: async (name: string) => {
      const { artifacts } = await e.bus.load(id);
      return e.store.artifactVersions(id, artifacts.find((a) => a.name === name)?.id ?? "");
    },
  };
}

const text = { media_type: "text/markdown", meta: { made_by: "test" } };
const script = (ctx: StageContext, run: number) => ctx.write("script", "s.md", `draft ${run}`, text);
const beat = (kind: string) => ({ media_type: kind, meta: { made_by: "test", beat_id: "b01" } });

it("makes an earlier version the newest, with what it was made by, and keeps the others", async () => {
  const job = await atGate(script);
  await job.patch({ type: "replace", content: "by hand" });
  const state = await job.patch({ type: "revert", artifact: "s.md", version: 1 });
  expect(await job.shown()).toEqual({ "s.md@3": "draft 1" });
  expect(state.artifacts[0]?.meta).toMatchObject({ made_by: "test", reverted_to: 1, patched_by: "ada" });
  expect((await job.versions("s.md")).map((v) => v.version)).toEqual([1, 2, 3]);
  await job.patch({ type: "revert", artifact: "s.md", version: 2 });
  expect(await job.shown()).toEqual({ "s.md@4": "by hand" });
});

it("pins the version when the stage runs again, until its patches are let go", async () => {
  const job = await atGate(script);
  await job.patch({ type: "replace", content: "by hand" });
  await job.patch({ type: "revert", artifact: "s.md", version: 1 });
  await job.rerun("again");
  expect(Object.values(await job.shown())).toEqual(["draft 1"]);
});

it("takes the scene, the still and the photograph of a beat back together, whichever is named", async () => {
  const write = async (ctx: StageContext, run: number) => {
    await ctx.write("asset", "b01.json", `{"scene": ${run}}`, beat("application/json"));
    // The second run moves the picture differently, which a still does not show.
    await ctx.write("asset", "b01.png", `still ${run === 2 ? 1 : run}`, beat("image/png"));
    if (run > 2) await ctx.write("asset", "b01-photo", "photo", beat("image/jpeg"));
    await ctx.write("asset", "b02.png", `other ${run}`, {
      ...beat("image/png"),
      meta: { made_by: "test", beat_id: "b02" },
    });
  };
  const job = await atGate(write);
  await job.rerun("again");
  await job.rerun("again");
  expect(Object.keys(await job.shown())).toEqual(["b01.json@3", "b01.png@2", "b02.png@3", "b01-photo@1"]);
  await job.patch({ type: "revert", artifact: "b01.json", version: 2 });
  expect(await job.shown()).toMatchObject({
    "b01.json@4": '{"scene": 2}',
    "b01.png@3": "still 1",
    "b02.png@3": "other 3",
    "b01-photo@1": "photo",
  });
  await job.patch({ type: "revert", artifact: "b01.png", version: 2 });
  expect(await job.shown()).toMatchObject({ "b01.json@5": '{"scene": 3}', "b01.png@4": "still 3" });
});

it.each([
  ["ghost.md", 1, "patch_target_missing", "/artifact"],
  ["s.md", 9, "patch_target_missing", "/version"],
  ["s.md", 2, "patch_no_change", null],
  ["mix.wav", 1, "patch_not_applicable", null],
] as const)("refuses %s version %i: %s", async (artifact, version, code, pointer) => {
  const job = await atGate(async (ctx, run) => {
    await script(ctx, run);
    await ctx.write("mix", "mix.wav", `sound ${run}`, { ...text, media_type: "audio/wav" });
  });
  await job.rerun("again");
  const before = await job.load();
  const refused = await job.patch({ type: "revert", artifact, version }).catch((error: unknown) => error);
  if (!(refused instanceof Rejection)) throw new Error("the revert was taken");
  expect(refused.code).toBe(code);
  expect(refused.errors[0]?.pointer ?? null).toBe(pointer);
  expect(await job.load()).toEqual(before);
});
