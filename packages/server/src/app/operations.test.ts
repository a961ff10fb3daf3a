import type { Patch } from "@greenlight/contract/patch";
import { afterEach, beforeEach, expect, it, type MockInstance, vi } from "vitest";
import { Rejection } from "../domain/commands.ts";
import type { PlannedStage } from "../domain/state.ts";
import { planned } from "../domain/testing/scenario.ts";
import type { Actor, Operations } from "./ports/operations.ts";
import { adapterOf, hasStatus, openEngine } from "./testing/engine.ts";
import { engineOperations } from "./testing/engine-operations.ts";

const origin = { via: "http", token: "olga", address: "10.0.0.7", link_id: null } as const;
const olga: Actor = { name: "olga", role: "operator", origin };
const bob: Actor = { name: "bob", role: "reviewer", origin: { ...origin, token: "bob" } };
const gate = { required: true, approvers: ["olga", "rita"], no_self_approval: true };

let engine: Awaited<ReturnType<typeof openEngine>>;
let operations: Operations;
let plan: readonly PlannedStage[];
let puts: MockInstance;
beforeEach(async () => {
  plan = [planned("script", gate), planned("board")];
  const write = adapterOf("script", async (ctx) => {
    await ctx.write("script", "script.md", "## One\n\nThe tide turns.\n", {
      ...{ media_type: "text/markdown", meta: { made_by: "test" } },
    });
  });
  engine = await openEngine({ adapters: [write, adapterOf("board", async () => {})] });
  operations = engineOperations(engine, () => plan);
  await engine.dispatcher.start([]);
});
afterEach(() => engine.close());

const fits: Patch = { type: "text_replace", replacements: [{ old: "turns", new: "ebbs" }] };
/** Refused for its content wherever it is tried. */
const fails: Patch = { type: "text_replace", replacements: [{ old: "moon", new: "sun" }] };

/** A job that waits at its first gate; nothing has been put since. */
async function waiting(): Promise<string> {
  const brief = { title: "Tide", sources: [{ text: "The sea." }] };
  const request = { slug: "tide", intent: "explain", brief, pipeline: "x", mode: "interactive", priority: 0 };
  const { id } = await operations.submit(request as Parameters<Operations["submit"]>[0], olga, {
    base_dir: engine.root,
  });
  await engine.until(id, hasStatus("needs_approval"));
  puts = vi.spyOn(engine.objects, "put");
  return id;
}

async function refusal(act: Promise<unknown>): Promise<string> {
  const error = await act.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Rejection)) throw error ?? new Error("not refused");
  return error.code;
}

it.each([fits, fails])(
  "is refused for the job's state before its patch is tried, and stores nothing",
  async (patch) => {
    const id = await waiting();
    const shas = { artifact_sha256s: ["0".repeat(64)] };
    const codes = [
      await refusal(operations.resume(id, { patch }, olga)),
      await refusal(operations.approve(id, { stage: "board", patch }, olga)),
      await refusal(operations.reject(id, { stage: "board", patch }, olga)),
      await refusal(operations.applyPatch(id, "board", patch, olga)),
      await refusal(operations.approve(id, { stage: "script", patch, ...shas }, olga)),
      await refusal(operations.approve(id, { stage: "script", patch }, bob)),
      await refusal(operations.approve(id, { stage: "script", patch }, olga)),
      await refusal(operations.reject(id, { stage: "script", patch }, olga)),
      await refusal(operations.reject(id, { stage: "script", patch, beats: [{ beat_id: "b01" }] }, olga)),
    ];
    expect(codes).toEqual([
      ...["invalid_transition", "gate_not_open", "gate_not_open", "patch_target_missing"],
      ...["gate_stale_artifact", "approver_not_allowed", "self_approval_refused", "self_approval_refused"],
      "invalid_field",
    ]);
    await operations.reject(id, { stage: "script" }, { ...bob, name: "rita" });
    expect(await refusal(operations.resume(id, { patch }, bob))).toBe("approver_not_allowed");
    expect(await refusal(operations.resume(id, { patch }, olga))).toBe("self_approval_refused");
    expect(await refusal(operations.resume(id, { patch, stage: "nope" }, olga))).toBe("stage_not_found");
    expect(
      await refusal(operations.resume(id, { patch, keep_patches: false }, { ...bob, name: "rita" })),
    ).toBe("invalid_field");
    await operations.cancel(id, null, olga);
    expect(await refusal(operations.applyPatch(id, "script", patch, olga))).toBe("invalid_transition");
    expect(puts).not.toHaveBeenCalled();
  },
);

it("tells what is wrong with a patch once nothing else is, and still stores nothing", async () => {
  const id = await waiting();
  const rita = { ...bob, name: "rita" };
  expect(await refusal(operations.approve(id, { stage: "script", patch: fails }, rita))).toBe(
    "patch_target_missing",
  );
  expect(puts).not.toHaveBeenCalled();
  await operations.reject(id, { stage: "script" }, rita);
  await operations.resume(id, { patch: fits }, rita);
  expect(puts).toHaveBeenCalledTimes(1);
  expect((await engine.until(id, hasStatus("completed"))).gates[0]).toMatchObject({
    by: "rita",
    patch: fits,
  });
});
