import { type AuditEntry, auditEntry } from "@greenlight/contract/audit";
import { afterEach, expect, it } from "vitest";
import { openMemoryStore } from "../adapters/store/memory.ts";
import { decision, planned, T0 } from "../domain/testing/scenario.ts";
import { auditEntries } from "../projections/audit.ts";
import { toGateStatuses } from "../projections/job-view.ts";
import { createCommandBus } from "./command-bus.ts";
import type { SteadyClock } from "./ports/clock.ts";
import type { EventStore } from "./ports/event-store.ts";
import { adapterOf, hasStatus, openEngine } from "./testing/engine.ts";
import { createTimers } from "./timers.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A wall clock that can be set and a steady one, moved by hand. */
function twoClocks() {
  let [wall, elapsed, boot] = [T0, 5_000_000, "boot 1"];
  return {
    now: () => wall,
    steady: () => ({ boot, elapsed_ms: elapsed }),
    /** Time passes. */
    pass(ms: number) {
      wall += ms;
      elapsed += ms;
    },
    /** Somebody sets the wall clock; negative = back. */
    set(ms: number) {
      wall += ms;
    },
    reboot() {
      elapsed = 1000;
      boot = "boot 2";
    },
  };
}
const realClock = { now: () => Date.now(), steady: () => null };

async function process(store: EventStore, clock: SteadyClock) {
  const e = await openEngine({ store, ...clock, adapters: [adapterOf("a", async () => {})] });
  const timers = createTimers({ bus: e.bus, store, clock, log: e.log });
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
/** Long enough for the timers to have looked at the clocks. */
const looked = () => new Promise((resolve) => setTimeout(resolve, 350));
const gated = (seconds: number) => [planned("a", { required: true, auto_approve_after_s: seconds })];

it("fire at once at the next start when they came due while nothing ran", async () => {
  const store = openMemoryStore();
  const clock = twoClocks();
  const first = await process(store, clock);
  const id = await first.submit(gated(60));
  await first.until(id, hasStatus("needs_approval"));
  await first.stop();
  clock.pass(61_000);
  const second = await process(store, clock);
  const state = await second.until(id, hasStatus("completed"));
  expect(state.gates[0]).toMatchObject({ approved: true, by: "timer" });
});

/** What the log says of timers that were moved: why, by how much, and to what. */
async function moves(e: { store: EventStore }, id: string) {
  const events = await e.store.readJob(id, 0, 1000);
  return events
    .filter((event) => event.type === "gate_rescheduled")
    .map(({ origin, payload }) => ({ via: origin.via, cause: payload.cause, step_ms: payload.step_ms }));
}

it.each([
  ["back by ten minutes", -600_000],
  ["forward by 35 minutes", 2_100_000],
])("give a gate its time when the clock is set %s, and say so in the log", async (_, step) => {
  const store = openMemoryStore();
  const clock = twoClocks();
  const e = await process(store, clock);
  const id = await e.submit([
    planned("a", { required: true, auto_approve_after_s: 1800, remind_after_s: 900 }),
  ]);
  await e.until(id, hasStatus("needs_approval"));
  clock.pass(60_000);
  clock.set(step);
  await looked();
  const state = await e.bus.load(id);
  const [left, remind] = [1740, 840];
  expect(toGateStatuses(state, clock.now())).toMatchObject([
    { time_remaining_s: left, time_elapsed_s: 60, remind_in_s: remind },
  ]);
  expect(await moves(e, id)).toEqual([{ via: "engine", cause: "clock_set", step_ms: step }]);
  const audit: AuditEntry[] = [];
  for await (const entry of auditEntries((seq) => store.readJob(id, seq, 1000)))
    audit.push(auditEntry.parse(entry));
  const due = clock.now() + left * 1000;
  expect(audit.filter((entry) => entry.action === "reschedule")).toMatchObject([
    {
      ...{ stage: "a", by: "engine", via: "engine" },
      message: expect.stringMatching(
        `${Math.abs(step) / 1000} s (back|forward); the timer of a now decides at`,
      ),
      change: {
        ...{ step_ms: step, timeout_at: new Date(due).toISOString() },
        ...{ timeout_was: new Date(due - step).toISOString(), remind_was: expect.any(String) },
      },
    },
  ]);
  expect(await store.dueTimers(new Date(due).toISOString())).toContainEqual({
    job_id: id,
    timer_id: "gate:a",
    fire_at: new Date(due).toISOString(),
  });
  clock.pass(left * 1000 - 1);
  await looked();
  expect((await e.bus.load(id)).status).toBe("needs_approval");
  clock.pass(1);
  expect((await e.until(id, hasStatus("completed"))).gates[0]).toMatchObject({ approved: true, by: "timer" });
  expect(await e.events(id)).toContain("gate_reminded a");
});

it.each([
  ["back", -600_000],
  ["forward", 2_100_000],
])("give a gate its time when the clock is set %s while nothing runs", async (_, step) => {
  const store = openMemoryStore();
  const clock = twoClocks();
  const first = await process(store, clock);
  const id = await first.submit(gated(60));
  const other = await first.submit(gated(100));
  await first.until(id, hasStatus("needs_approval"));
  await first.until(other, hasStatus("needs_approval"));
  await first.stop();
  clock.pass(61_000);
  clock.set(step);
  const second = await process(store, clock);
  await second.until(id, hasStatus("completed"));
  await looked();
  expect(toGateStatuses(await second.bus.load(other), clock.now())).toMatchObject([{ time_remaining_s: 39 }]);
  expect(await moves(second, other)).toEqual([{ via: "engine", cause: "clock_set", step_ms: step }]);
});

it("add up small corrections of the clock, without an event for each", async () => {
  const store = openMemoryStore();
  const clock = twoClocks();
  const e = await process(store, clock);
  const id = await e.submit(gated(60));
  await e.until(id, hasStatus("needs_approval"));
  for (let n = 0; n < 10; n++) {
    clock.pass(1000);
    clock.set(-100);
    await looked();
    const [status] = toGateStatuses(await e.bus.load(id), clock.now());
    expect(Math.abs((status?.time_remaining_s ?? 0) - (59 - n))).toBeLessThanOrEqual(0.3);
  }
  expect((await moves(e, id)).length).toBeLessThanOrEqual(4);
  clock.pass(49_999);
  await looked();
  expect((await e.bus.load(id)).status).toBe("needs_approval");
  clock.pass(1);
  await e.until(id, hasStatus("completed"));
});

it("leave alone a gate that opened after the clock was set, before anybody noticed", async () => {
  const store = openMemoryStore();
  const clock = twoClocks();
  const e = await openEngine({ store, ...clock, adapters: [adapterOf("a", async () => {})] });
  open.push(e);
  await e.dispatcher.start([]);
  const before = await e.submit(gated(60));
  await e.until(before, hasStatus("needs_approval"));
  clock.set(2_100_000);
  const late = await e.submit(gated(60));
  await e.until(late, hasStatus("needs_approval"));
  const timers = createTimers({ bus: e.bus, store, clock, log: e.log });
  timers.start();
  await looked();
  await timers.stop();
  for (const id of [before, late])
    expect(toGateStatuses(await e.bus.load(id), clock.now())).toMatchObject([{ time_remaining_s: 60 }]);
  expect([await moves(e, before), await moves(e, late)]).toMatchObject([[{ step_ms: 2_100_000 }], []]);
});

it("go by the wall clock after a reboot, and by the steady one from then on", async () => {
  const store = openMemoryStore();
  const clock = twoClocks();
  const first = await process(store, clock);
  const id = await first.submit(gated(600));
  await first.until(id, hasStatus("needs_approval"));
  await first.stop();
  clock.pass(100_000);
  clock.reboot();
  const second = await process(store, clock);
  await looked();
  clock.set(-3_600_000);
  await looked();
  expect(await moves(second, id)).toMatchObject([
    { cause: "restart", step_ms: 0 },
    { cause: "clock_set", step_ms: -3_600_000 },
  ]);
  expect(toGateStatuses(await second.bus.load(id), clock.now())).toMatchObject([{ time_remaining_s: 500 }]);
  clock.pass(500_000);
  await second.until(id, hasStatus("completed"));
});

it("let a decision stand that comes at the millisecond in which the clock is set", async () => {
  for (const first of ["decision", "recount"]) {
    const store = openMemoryStore();
    const clock = twoClocks();
    const e = await openEngine({ store, ...clock, adapters: [adapterOf("a", async () => {})] });
    open.push(e);
    await e.dispatcher.start([]);
    const id = await e.submit(gated(60));
    await e.until(id, hasStatus("needs_approval"));
    clock.set(2_100_000);
    const decide = () => e.bus.handle(id, decision("reject_gate", "a", { keep_lane: false }));
    const recount = () => e.bus.handle(id, { type: "recount_timers" });
    await Promise.all(first === "decision" ? [decide(), recount()] : [recount(), decide()]);
    await e.bus.handle(id, { type: "fire_timer", timer_id: "gate:a" });
    expect(await e.bus.load(id)).toMatchObject({ status: "paused", timers: [], gates: [{ by: "ada" }] });
    expect(await store.nextTimerAt()).toBeNull();
    expect(await moves(e, id)).toHaveLength(first === "decision" ? 0 : 1);
  }
});

it("keep to the wall clock where the system has no steady one", async () => {
  const store = openMemoryStore();
  const clock = { ...twoClocks(), steady: () => null };
  const e = await process(store, clock);
  const [soon, later] = [await e.submit(gated(3600)), await e.submit(gated(7200))];
  await e.until(soon, hasStatus("needs_approval"));
  await e.until(later, hasStatus("needs_approval"));
  clock.set(3600_000);
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
    const late = createCommandBus({
      store,
      clock: { now: () => fireAt, steady: () => null },
      ids: e.ids,
      log: e.log,
    });
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
  const e = await process(store, realClock);
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
  const e = await process(store, realClock);
  broken = await e.submit(gated(0.05));
  const id = await e.submit(gated(0.1));
  await e.until(id, hasStatus("completed"));
  expect((await e.bus.load(broken)).status).toBe("needs_approval");
  expect(e.lines).toContainEqual({ level: "error", tag: "gate", message: "a timer could not be fired" });
});
