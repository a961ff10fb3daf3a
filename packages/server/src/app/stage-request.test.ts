import { expect, it } from "vitest";
import { planned, REQUIRED } from "../domain/testing/scenario.ts";
import { adapterOf, hasStatus, openEngine } from "./testing/engine.ts";

it("gives a stage the outputs of those before it only, also when it runs again and its own and later ones stand stale", async () => {
  const read: string[] = [];
  const stage = (name: string) =>
    adapterOf(name, async (ctx) => {
      const seen = ctx.inputs("script").map((input) => input.stage);
      read.push(`${name} sees ${seen.join(", ") || "nothing"}`);
      const text = `${name} ${ctx.feedback.map(({ notes }) => notes).join()}`;
      await ctx.write("script", `${name}.md`, text, { media_type: "text/markdown", meta: { made_by: "t" } });
    });
  const engine = await openEngine({ adapters: [stage("a"), stage("b"), stage("c")] });
  try {
    const id = await engine.submit([planned("a"), planned("b"), planned("c", REQUIRED)]);
    await engine.dispatcher.start([]);
    await engine.until(id, hasStatus("needs_approval"));
    const first = ["a sees nothing", "b sees a", "c sees a, b"];
    expect(read).toEqual(first);
    const decision = { stage: "c", by: "ada", notes: null, patch: null, keep_lane: false } as const;
    await engine.bus.handle(id, { ...decision, type: "reject_gate" });
    const back = { stage: "a", by: "ada", notes: "anew", patch: null } as const;
    await engine.bus.handle(id, { ...back, type: "resume_job" });
    const state = await engine.until(id, (now) => now.status === "needs_approval" && read.length > 3);
    expect(state.artifacts[0]?.version).toBe(2);
    expect(read.slice(3)).toEqual(first);
  } finally {
    await engine.close();
  }
});
