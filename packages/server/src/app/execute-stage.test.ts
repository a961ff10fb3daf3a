import { rm } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Rejection } from "../domain/commands.ts";
import { fixtureCfg } from "../domain/testing/fixtures.ts";
import { executeStage } from "./execute-stage.ts";
import type { StageAdapter, StageContext } from "./ports/stage-adapter.ts";
import { StageFailure } from "./ports/stage-adapter.ts";
import type { StageRequest } from "./ports/stage-executor.ts";
import { adapterOf, openWorkshop } from "./testing/engine.ts";

const MARKDOWN = { media_type: "text/markdown", meta: { made_by: "test" } };
const REQUEST: StageRequest = {
  job: { id: "j", slug: "s", intent: "i" },
  stage: "a",
  uses: "a",
  with: {},
  attempt: 1,
  token: 1,
  cfg: fixtureCfg(),
  feedback: [],
  patches: [],
  uploads: {},
  inputs: [],
  timeout_s: 60,
};

let shop: Awaited<ReturnType<typeof openWorkshop>>;
let logged: { message: string; fields?: Record<string, unknown> }[];
beforeEach(async () => {
  shop = await openWorkshop([]);
  logged = [];
});
afterEach(() => shop.remove());

function run(
  adapter: StageAdapter | ((ctx: StageContext) => Promise<void>),
  change: Partial<StageRequest> = {},
  signal = new AbortController().signal,
) {
  const made = typeof adapter === "function" ? adapterOf("a", adapter) : adapter;
  const deps = { ...shop.deps, adapters: new Map([["a", made]]) };
  const reports = { progress() {}, log: (line: (typeof logged)[number]) => void logged.push(line) };
  return executeStage({ ...REQUEST, ...change }, deps, reports, signal);
}

describe("a whole stage", () => {
  const write = (ctx: StageContext) => ctx.write("script", "s.md", "text", MARKDOWN);

  it("is served from the cache while all that decides it is the same", async () => {
    expect(await run(write)).toMatchObject({ ok: true, from_cache: false });
    expect(await run(write, { attempt: 2, token: 9 })).toMatchObject({ ok: true, from_cache: true });
  });

  it.each<[string, Partial<StageRequest>]>([
    ["a parameter", { with: { n: 1 } }],
    ["the seed", { cfg: { ...fixtureCfg(), seed: 8 } }],
    ["the configuration it reads", { cfg: { ...fixtureCfg(), brief: { ...fixtureCfg().brief, tone: "x" } } }],
    ["the feedback", { feedback: [{ beat_id: null, notes: "shorter" }] }],
    ["a patch", { patches: [{ type: "level_adjust", level_change_db: 1 }] }],
  ])("is made again when %s changes", async (_, change) => {
    await run(write);
    expect(await run(write, change)).toMatchObject({ ok: true, from_cache: false });
  });

  it("is made again when its input changes, or a stored output is gone", async () => {
    const input = async (text: string) => ({
      stage: "z",
      kind: "script" as const,
      name: "in.md",
      ...(await shop.objects.put(new TextEncoder().encode(text))),
      ...MARKDOWN,
    });
    await run(write, { inputs: [await input("one")] });
    const other = await run(write, { inputs: [await input("two")] });
    expect(other).toMatchObject({ from_cache: false });
    if (other.ok !== true) throw new Error("unreachable");
    await rm(await shop.objects.localPath(other.outputs[0]?.sha256 ?? ""));
    expect(await run(write, { inputs: [await input("two")] })).toMatchObject({ from_cache: false });
  });
});

describe("items", () => {
  it("come back in order, no more at once than allowed, and are reused by the next run", async () => {
    let now = 0;
    let most = 0;
    let built = 0;
    const results: number[][] = [];
    const adapter = async (ctx: StageContext) => {
      const items = ctx.feedback.length > 0 ? [3, 1, 9, 2] : [3, 1, 2];
      results.push(
        await ctx.map(items, { name: "double", concurrency: 2 }, async (n) => {
          most = Math.max(most, ++now);
          await new Promise((resolve) => setTimeout(resolve, n * 3));
          now--;
          built++;
          return n * 2;
        }),
      );
    };
    expect(await run(adapter)).toMatchObject({ items_built: 3, items_reused: 0 });
    expect(await run(adapter, { feedback: [{ beat_id: null, notes: "more" }] })).toMatchObject({
      items_built: 1,
      items_reused: 3,
    });
    expect(results).toEqual([
      [6, 2, 4],
      [6, 2, 18, 4],
    ]);
    expect([most, built]).toEqual([2, 4]);
  });

  it("are tried again after a retryable failure only, as often as allowed", async () => {
    let tries = 0;
    const failing = (kind: "retryable" | "terminal") => (ctx: StageContext) =>
      ctx
        .map([kind], { name: "x", retries: 2 }, async () => {
          tries++;
          throw new StageFailure(kind, "render_failed", "no");
        })
        .then(() => {});
    expect(await run(failing("retryable"))).toMatchObject({ ok: false, kind: "retryable" });
    expect(tries).toBe(3);
    expect(await run(failing("terminal"))).toMatchObject({ ok: false, kind: "terminal" });
    expect(tries).toBe(4);
  });

  it("are not begun after an abort", async () => {
    const abort = new AbortController();
    const begun: number[] = [];
    const adapter = async (ctx: StageContext) => {
      await ctx.map([1, 2, 3], { name: "x" }, async (n) => {
        begun.push(n);
        if (n === 2) abort.abort();
        return n;
      });
    };
    expect(await run(adapter, {}, abort.signal)).toEqual({ ok: "aborted" });
    expect(begun).toEqual([1, 2]);
  });

  it("asked for once are made once: by two stages, and twice at the same moment", async () => {
    let made = 0;
    const once = (ctx: StageContext) => ctx.once("speech@1", { text: "hi" }, async () => ++made);
    const adapter = async (ctx: StageContext) => {
      await Promise.all([once(ctx), once(ctx)]);
    };
    expect(await run(adapter)).toMatchObject({ items_built: 1, items_reused: 1 });
    expect(await run(adapterOf("other", adapter))).toMatchObject({ items_built: 0, items_reused: 2 });
    expect(made).toBe(1);
  });
});

describe("errors", () => {
  const failing = (error: unknown) => run(() => Promise.reject(error));

  it("keep their kind and code; the domain's no is terminal", async () => {
    const failure = new StageFailure("needs_operator", "provider_unavailable", "start it");
    expect(await failing(failure)).toEqual({
      ok: false,
      kind: "needs_operator",
      code: "provider_unavailable",
      message: "start it",
    });
    expect(await failing(new Rejection("source_empty", "nothing"))).toMatchObject({
      kind: "terminal",
      code: "source_empty",
    });
    expect(logged).toEqual([]);
  });

  it("that nobody foresaw are retryable, with the stack in the log alone", async () => {
    const outcome = await failing(new TypeError("x is not a function"));
    expect(outcome).toEqual({
      ok: false,
      kind: "retryable",
      code: "stage_failed",
      message: "x is not a function",
    });
    expect(logged[0]?.fields?.stack).toContain("execute-stage.test.ts");
  });

  it("in parameters or in the adapter's name are terminal", async () => {
    const params = {
      parse: () => {
        throw new Error("n must be positive");
      },
    };
    expect(await run(adapterOf("a", async () => {}, { params }))).toMatchObject({
      kind: "terminal",
      code: "invalid_config",
    });
    expect(await run(async () => {}, { uses: "nope" })).toMatchObject({ code: "stage_not_found" });
  });
});
