import { afterEach, describe, expect, it } from "vitest";
import { openMemoryStore } from "../adapters/store/memory.ts";
import { planned } from "../domain/testing/scenario.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { StageContext } from "./ports/stage-adapter.ts";
import { adapterOf, type EngineOptions, hasStatus, openEngine } from "./testing/engine.ts";

const open: { close(): Promise<void> }[] = [];
async function engine(options: EngineOptions) {
  const made = await openEngine(options);
  open.push(made);
  return made;
}
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const quick = adapterOf("a", async () => {});
const endless = (ctx: StageContext) =>
  new Promise<void>((_, reject) => ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason)));

/** A memory store whose next appends fail when `fails` says so of their last event's type. */
function failingStore(fails: (type: string) => boolean): EventStore {
  const store = openMemoryStore();
  const append = store.append.bind(store);
  store.append = async (request) => {
    if (request.events.some((e) => fails(e.type))) throw new Error("disk full");
    return append(request);
  };
  return store;
}

describe("a store that fails", () => {
  it("gets a stage's result again until it takes it", async () => {
    let left = 2;
    const store = failingStore((type) => type === "stage_completed" && left-- > 0);
    const e = await engine({ store, adapters: [quick] });
    const id = await e.submit([planned("a")]);
    await e.dispatcher.start(await store.unfinished());
    expect((await e.until(id, hasStatus("completed"))).stages[0]?.attempt).toBe(1);
    expect(e.lines.filter((l) => l.message === "could not record how an attempt ended")).toHaveLength(2);
  });

  it("is asked to start a job again after a breath, not in a tight loop", async () => {
    let calls = 0;
    const store = failingStore((type) => type === "job_started" && ++calls < 3);
    const e = await engine({ store, adapters: [quick] });
    const id = await e.submit([planned("a")]);
    const began = Date.now();
    await e.dispatcher.start(await store.unfinished());
    await e.until(id, hasStatus("completed"));
    expect(calls).toBe(3);
    expect(Date.now() - began).toBeGreaterThan(900);
  });

  it("does not keep stop waiting", async () => {
    const store = failingStore((type) => type === "stage_interrupted");
    const e = await engine({ store, adapters: [adapterOf("a", endless)] });
    const id = await e.submit([planned("a")]);
    await e.dispatcher.start(await store.unfinished());
    await e.until(id, (s) => s.running !== null);
    await e.dispatcher.stop();
    expect((await store.load(id))?.running).not.toBeNull();
  });
});
