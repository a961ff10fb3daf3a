import { afterEach, expect, it } from "vitest";
import { openMemoryStore } from "../adapters/store/memory.ts";
import { decision, planned, T0 } from "../domain/testing/scenario.ts";
import { createCommandBus } from "./command-bus.ts";
import type { EventStore } from "./ports/event-store.ts";
import { adapterOf, hasStatus, openEngine } from "./testing/engine.ts";
import { createTimers } from "./timers.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function process(store: EventStore, now: () => number) {
  const e = await openEngine({ store, now, adapters: [adapterOf("a", async () => {})] });
  const timers = createTimers({ bus: e.bus, store, clock: { now }, log: e.log });
  const stop = async () => {
    await timers.stop();
    await e.dispatcher.stop();
  };
  open.push({
    close: async () => {
      await stop();
      await e.close();
    },
  });
  await e.dispatcher.start(await store.unfinished());
  timers.start();
  return { ...e, stop };
}
const gated = (seconds: number) => [planned("a", { required: true, auto_approve_after_s: seconds })];

it("fire at once at the next start when they came due while nothing ran", async () => {
  const store = openMemoryStore();
  let now = T0;
  const first = await process(store, () => now);
  const id = await first.submit(gated(60));
  await first.until(id, hasStatus("needs_approval"));
  await first.stop();
  now += 61_000;
  const second = await process(store, () => now);
  const state = await second.until(id, hasStatus("completed"));
  expect(state.gates[0]).toMatchObject({ approved: true, by: "timer" });
});

it("keep to the wall clock when it is set forward or back", async () => {
  const store = openMemoryStore();
  let now = T0;
  const e = await process(store, () => now);
  const [soon, later] = [await e.submit(gated(3600)), await e.submit(gated(7200))];
  await e.until(soon, hasStatus("needs_approval"));
  await e.until(later, hasStatus("needs_approval"));
  now = T0 - 86_400_000;
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect((await e.bus.load(soon)).status).toBe("needs_approval");
  now = T0 + 3600_000;
  await e.until(soon, hasStatus("completed"));
  expect((await e.bus.load(later)).status).toBe("needs_approval");
});

it("lose to a decision recorded at the same millisecond, and win against one that comes after", async () => {
  const store = openMemoryStore();
  const e = await openEngine({ store, now: () => T0, adapters: [adapterOf("a", async () => {})] });
  open.push(e);
  await e.dispatcher.start([]);
  const answers: (string | null | undefined)[] = [];
  for (const first of ["person", "timer"]) {
    const id = await e.submit(gated(0.001));
    await e.until(id, hasStatus("needs_approval"));
    const fireAt = Date.parse((await e.bus.load(id)).timers[0]?.fire_at ?? "");
    const late = createCommandBus({ store, clock: { now: () => fireAt }, ids: e.ids, log: e.log });
    const person = () => late.handle(id, decision("reject_gate", "a", { keep_lane: false }));
    const timer = () => late.handle(id, { type: "fire_timer", timer_id: "gate:a" });
    const both = first === "person" ? [person(), timer()] : [timer(), person()];
    await Promise.allSettled(both);
    answers.push((await late.load(id)).gates[0]?.by);
  }
  expect(answers).toEqual(["ada", "timer"]);
});

it("fire by the real clock, late by half a second at most, and not after a decision", async () => {
  const store = openMemoryStore();
  const e = await process(store, Date.now);
  const id = await e.submit(gated(0.3));
  const other = await e.submit(gated(0.3));
  await e.until(other, hasStatus("needs_approval"));
  await e.bus.handle(other, {
    type: "reject_gate",
    stage: "a",
    by: "ada",
    notes: null,
    patch: null,
    keep_lane: false,
  });
  const done = await e.until(id, hasStatus("completed"));
  const { at, opened_at } = done.gates[0] ?? {};
  const waited = Date.parse(at ?? "") - Date.parse(opened_at ?? "");
  expect(waited).toBeGreaterThanOrEqual(300);
  expect(waited).toBeLessThan(1500);
  expect(await e.bus.load(other)).toMatchObject({ status: "paused", gates: [{ by: "ada" }] });
});

it("fire although another job's cannot", async () => {
  const store = openMemoryStore();
  const append = store.append.bind(store);
  let broken = "";
  store.append = async (request) => {
    if (request.job_id === broken && request.events[0]?.type === "gate_auto_approved")
      throw new Error("damaged");
    return append(request);
  };
  const e = await process(store, Date.now);
  broken = await e.submit(gated(0.05));
  const id = await e.submit(gated(0.1));
  await e.until(id, hasStatus("completed"));
  expect((await e.bus.load(broken)).status).toBe("needs_approval");
  expect(e.lines).toContainEqual({ level: "error", tag: "gate", message: "a timer could not be fired" });
});
