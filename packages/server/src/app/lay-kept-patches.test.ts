import { sceneSpec } from "@greenlight/media/scene/scene-spec";
import { expect, it } from "vitest";
import { openMemoryStore } from "../adapters/store/memory.ts";
import { Rejection } from "../domain/commands.ts";
import { fixtureJob } from "../domain/testing/fixtures.ts";
import { layKeptPatches } from "./lay-kept-patches.ts";
import type { ObjectStore } from "./ports/object-store.ts";

it("does not take a patch that cannot be tried now for one that no longer fits", async () => {
  const state = fixtureJob(1);
  const [first] = state.stages;
  if (!first) throw new Error("the job has no stage");
  const replacements = [{ old: "old", new: "new" }];
  const stage = { ...first, patches: [{ type: "text_replace" as const, replacements }] };
  const away = () => Promise.reject(new Rejection("unavailable", "the store is full"));
  const output = {
    ...{ kind: "script" as const, name: "s.md", sha256: "a".repeat(64), size_bytes: 3 },
    ...{ media_type: "text/markdown", meta: { made_by: "test" } },
  };
  const laid = layKeptPatches(state, stage, [output], {
    ...{ objects: { read: away } as unknown as ObjectStore, store: openMemoryStore(), scene: sceneSpec },
    ...{ stills: { draw: away }, narration: { seconds: away } },
  });
  await expect(laid).rejects.toMatchObject({ code: "unavailable" });
});
