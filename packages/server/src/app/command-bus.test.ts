import { expect, it } from "vitest";
import { uuid7Ids } from "../adapters/ids/uuid7.ts";
import { openMemoryStore } from "../adapters/store/memory.ts";
import { creation, JOB_ID, planned, T0 } from "../domain/testing/scenario.ts";
import { createCommandBus } from "./command-bus.ts";
import { VersionConflict } from "./ports/event-store.ts";
import { type LogEntry, rememberingLogger } from "./testing/engine.ts";

function open(store = openMemoryStore()) {
  const lines: LogEntry[] = [];
  const bus = createCommandBus({
    store,
    clock: { now: () => T0, steady: () => null },
    ids: uuid7Ids,
    log: rememberingLogger(lines),
  });
  return { store, bus, lines };
}
const pause = { type: "pause_job", by: "ada", now: false } as const;

it("decides again on the newer state after a conflict", async () => {
  const { store, bus } = open();
  await bus.handle(JOB_ID, creation([planned("a")]));
  // Another writer of the same store, so that the copy in memory is old.
  await open(store).bus.handle(JOB_ID, { type: "start_job" });
  await expect(bus.handle(JOB_ID, { type: "start_job" })).rejects.toMatchObject({
    code: "invalid_transition",
  });
  expect((await bus.handle(JOB_ID, pause)).pause_requested).toMatchObject({ by: "ada", now: false });
});

it("gives up after 20 conflicts in a row", async () => {
  const { store, bus } = open();
  let tries = 0;
  store.append = async () => {
    tries++;
    throw new VersionConflict("always");
  };
  await expect(bus.handle(JOB_ID, creation([planned("a")]))).rejects.toMatchObject({
    code: "version_conflict",
  });
  expect(tries).toBe(20);
});

it("lets one of many decisions at the same millisecond win, and tells listeners each seq once, in order", async () => {
  const { store, bus, lines } = open();
  const heard: number[] = [];
  bus.onCommit(() => {
    throw new Error("a listener's own trouble");
  });
  bus.onCommit((_, events) => heard.push(...events.map((e) => e.seq)));
  await bus.handle(JOB_ID, creation([planned("a", { required: true })]));
  await bus.handle(JOB_ID, { type: "start_job" });
  const settled = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) => bus.handle(JOB_ID, { ...pause, by: `p${n}` })),
  );
  expect(settled.filter((s) => s.status === "fulfilled")).toHaveLength(1);
  const log = await store.readJob(JOB_ID, 0, 100);
  expect(heard).toEqual(log.map((e) => e.seq));
  expect(log.map((e) => e.seq)).toEqual([1, 2, 3, 4]);
  expect(lines.every((l) => l.tag === "events" && l.level === "error")).toBe(true);
});

it("knows no job that was never made", async () => {
  const { bus } = open();
  await expect(bus.load(JOB_ID)).rejects.toMatchObject({ code: "job_not_found" });
  await expect(bus.handle(JOB_ID, () => pause)).rejects.toMatchObject({ code: "job_not_found" });
});

it("records a pause that had to wait as that of whoever asked, also over a crash", async () => {
  const { store, bus } = open();
  const origin = { via: "http", token: "Ada", address: "10.0.0.7", link_id: null } as const;
  await bus.handle(JOB_ID, creation([planned("a")]));
  const { running } = await bus.handle(JOB_ID, { type: "start_job" });
  await bus.handle(JOB_ID, { ...pause, by: "Ada", notes: "lunch" }, origin);
  const token = running?.token ?? -1;
  const state = await open(store).bus.handle(JOB_ID, { type: "interrupt_stage", token, reason: "crash" });
  expect(state).toMatchObject({ status: "paused", pause_requested: null });
  const [interrupted, paused] = (await store.readJob(JOB_ID, 0, 100)).slice(-2);
  expect(interrupted).toMatchObject({ type: "stage_interrupted", origin: { via: "engine" } });
  expect(paused).toMatchObject({ type: "job_paused", payload: { by: "Ada", notes: "lunch" }, origin });
});
