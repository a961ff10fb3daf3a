import { afterEach, describe, expect, it } from "vitest";
import { openMemoryStore } from "../adapters/store/memory.ts";
import { planned, REQUIRED } from "../domain/testing/scenario.ts";
import type { StageContext } from "./ports/stage-adapter.ts";
import { StageFailure } from "./ports/stage-adapter.ts";
import { adapterOf, type EngineOptions, hasStatus, openEngine } from "./testing/engine.ts";

const open: { close(): Promise<void> }[] = [];
async function engine(options: EngineOptions = {}) {
  const made = await openEngine(options);
  open.push(made);
  return made;
}
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Waits for the signal, as a well-behaved long stage does. */
const endless = (ctx: StageContext) =>
  new Promise<void>((_, reject) => ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason)));
const quick = adapterOf("a", async () => {});

describe("lanes", () => {
  it("never run more attempts at once than there are lanes", async () => {
    let now = 0;
    let most = 0;
    const adapter = adapterOf("a", async () => {
      most = Math.max(most, ++now);
      await sleep(15);
      now--;
    });
    const e = await engine({ lanes: 2, adapters: [adapter] });
    const plan = [planned("a", null, { with: { n: 1 } }), planned("a2", null, { uses: "a", with: { n: 2 } })];
    const jobs = [];
    // Each job has parameters of its own, so that none is served from the cache.
    for (let n = 0; n < 6; n++)
      jobs.push(await e.submit(plan.map((s) => ({ ...s, with: { ...s.with, n, of: s.id } }))));
    await e.dispatcher.start([]);
    const first = jobs[0] ?? "";
    await e.bus.handle(first, { type: "cancel_job", by: "ada", notes: null });
    for (const id of jobs.slice(1)) await e.until(id, hasStatus("completed"));
    expect(most).toBe(2);
  });

  it("are given by priority, then age, and to jobs under way before queued ones", async () => {
    const order: string[] = [];
    const adapter = adapterOf("a", async (ctx) => {
      order.push(ctx.job.id);
      if (order.length === 1) throw new StageFailure("retryable", "stage_failed", "once");
    });
    const e = await engine({ adapters: [adapter] });
    const plan = (n: number) => [planned("a", null, { with: { n }, backoff_s: 0 })];
    const old = await e.submit(plan(1));
    const young = await e.submit(plan(2));
    const urgent = await e.submit(plan(3), 5);
    await e.dispatcher.start(await e.store.unfinished());
    for (const id of [old, young, urgent]) await e.until(id, hasStatus("completed"));
    expect(order).toEqual([urgent, urgent, old, young]);
  });

  it("are freed by a gate, and an approval with a reserved lane starts the next stage in its own append", async () => {
    const e = await engine({ adapters: [quick, adapterOf("b", endless)] });
    const waiting = await e.submit([planned("a", REQUIRED), planned("b")]);
    const next = await e.submit([planned("a")]);
    await e.dispatcher.start(await e.store.unfinished());
    await e.until(waiting, hasStatus("needs_approval"));
    await e.until(next, hasStatus("completed"));
    await sleep(5);
    expect(e.dispatcher.reserve(waiting)).toBe(true);
    expect(e.dispatcher.reserve(waiting)).toBe(false);
    const approve = { type: "approve_gate", stage: "a", by: "ada", notes: null, patch: null } as const;
    const state = await e.bus.handle(waiting, { ...approve, keep_lane: true });
    expect(state.running?.stage).toBe("b");
    e.dispatcher.settle(waiting, state);
    expect(await e.events(waiting)).toEqual([
      "job_created",
      "job_started",
      "stage_started a",
      "stage_completed a",
      "gate_opened a",
      "gate_approved a",
      "stage_started b",
    ]);
  });

  it("are given back when the decision they were reserved for is refused", async () => {
    const e = await engine({ adapters: [quick] });
    await e.dispatcher.start([]);
    expect(e.dispatcher.reserve("some job")).toBe(true);
    expect(e.dispatcher.reserve("another")).toBe(false);
    e.dispatcher.settle("some job", null);
    await sleep(5);
    const id = await e.submit([planned("a")]);
    await e.until(id, hasStatus("completed"));
  });
});

describe("attempts", () => {
  it("wait for their back-off and leave the lane to others meanwhile", async () => {
    let now = Date.parse("2026-01-01T00:00:00Z");
    let tries = 0;
    const flaky = adapterOf("flaky", async () => {
      if (++tries === 1) throw new StageFailure("retryable", "provider_unavailable", "away");
    });
    const e = await engine({ adapters: [flaky, quick], now: () => now });
    const id = await e.submit([planned("flaky", null, { backoff_s: 30 })]);
    await e.dispatcher.start(await e.store.unfinished());
    await e.until(id, (s) => s.stages[0]?.retry_at !== null);
    const other = await e.submit([planned("a")]);
    await e.until(other, hasStatus("completed"));
    expect(tries).toBe(1);
    now += 30_000;
    // A commit wakes the dispatcher, as the clock itself would 30 s later.
    await e.until(await e.submit([planned("a", null, { with: { n: 2 } })]), hasStatus("completed"));
    const done = await e.until(id, hasStatus("completed"));
    expect(done.stages[0]).toMatchObject({ attempt: 2, failures: 0, error: null });
  });

  it("are ended by a timeout, which is terminal and names itself", async () => {
    const e = await engine({ adapters: [adapterOf("a", endless)] });
    const id = await e.submit([planned("a", null, { timeout_s: 0.05 })]);
    await e.dispatcher.start(await e.store.unfinished());
    const state = await e.until(id, hasStatus("failed"));
    expect(state.error).toEqual({ code: "stage_timeout", message: "no result after 0.05 s", stage: "a" });
    expect(state.stages[0]?.attempt).toBe(1);
  });

  it("pause at the end of the running one, or end it now and run again on resume", async () => {
    let release = () => {};
    const adapter = adapterOf("a", (ctx) =>
      Promise.race([endless(ctx), new Promise<void>((resolve) => (release = resolve))]),
    );
    const e = await engine({ adapters: [adapter, adapterOf("b", endless)] });
    const id = await e.submit([planned("a"), planned("b")]);
    await e.dispatcher.start(await e.store.unfinished());
    await e.until(id, (s) => s.running !== null);
    await e.bus.handle(id, { type: "pause_job", by: "ada", now: false });
    expect((await e.bus.load(id)).status).toBe("running");
    await sleep(10);
    release();
    expect((await e.until(id, hasStatus("paused"))).position).toBe(1);
    const resume = { type: "resume_job", by: "ada", stage: null, notes: null, patch: null } as const;
    await e.bus.handle(id, resume);
    await e.until(id, (s) => s.running?.stage === "b");
    await e.bus.handle(id, { type: "pause_job", by: "ada", now: true });
    const paused = await e.until(id, hasStatus("paused"));
    expect(paused.stages[1]).toMatchObject({ status: "pending", failures: 0 });
    await e.bus.handle(id, resume);
    await e.until(id, (s) => s.running?.attempt === 2);
    await e.bus.handle(id, { type: "cancel_job", by: "ada", notes: null });
    await sleep(10);
    expect(e.feed.progressOf(id)).toBeUndefined();
  });

  it("report progress of the one that runs, and nothing after its end", async () => {
    let late = (_fraction: number) => {};
    const adapter = adapterOf("a", async (ctx) => {
      ctx.progress(0.5, "half");
      late = (fraction) => ctx.progress(fraction, "late");
      await endless(ctx);
    });
    const e = await engine({ adapters: [adapter] });
    const id = await e.submit([planned("a")]);
    await e.dispatcher.start(await e.store.unfinished());
    await e.until(id, () => e.frames.length > 0);
    expect(e.feed.progressOf(id)).toMatchObject({ stage: "a", attempt: 1, fraction: 0.5 });
    await e.bus.handle(id, { type: "cancel_job", by: "ada", notes: null });
    late(0.9);
    expect(e.frames).toHaveLength(1);
    expect(e.feed.progressOf(id)).toBeUndefined();
  });
});

describe("starting and stopping", () => {
  it("interrupts what a crash left running and runs it again, with no retry used up", async () => {
    const store = openMemoryStore();
    const dead = await engine({ store });
    const id = await dead.submit([planned("a", null, { retries: 0 })]);
    await dead.bus.handle(id, { type: "start_job" });
    const e = await engine({ store, adapters: [quick] });
    await e.dispatcher.start(await store.unfinished());
    const state = await e.until(id, hasStatus("completed"));
    expect(state.stages[0]).toMatchObject({ attempt: 2, failures: 0 });
    expect(await e.events(id)).toContain("stage_interrupted a");
  });

  it("stop ends attempts and leaves their jobs to the next start", async () => {
    const store = openMemoryStore();
    const first = await engine({ store, adapters: [adapterOf("a", endless)] });
    const id = await first.submit([planned("a", null, { retries: 0 })]);
    await first.dispatcher.start(await store.unfinished());
    await first.until(id, (s) => s.running !== null);
    await first.dispatcher.stop();
    expect(await store.load(id)).toMatchObject({ status: "running", running: null });
    expect(first.dispatcher.reserve(id)).toBe(false);
    const e = await engine({ store, adapters: [quick] });
    await e.dispatcher.start(await store.unfinished());
    expect((await e.until(id, hasStatus("completed"))).stages[0]?.failures).toBe(0);
  });
});
