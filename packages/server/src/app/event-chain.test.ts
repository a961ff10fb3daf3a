import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVENT_TYPES, type JobEvent } from "@greenlight/contract/event";
import { VIAS } from "@greenlight/contract/origin";
import fc from "fast-check";
import { afterAll, describe, expect, it, test } from "vitest";
import { uuid7Ids } from "../adapters/ids/uuid7.ts";
import { openMemoryStore } from "../adapters/store/memory.ts";
import { openSqliteStore } from "../adapters/store/sqlite.ts";
import { FixtureLog, fixtureId, fixtureTime } from "../domain/testing/fixtures.ts";
import { creation, JOB_ID, planned, T0 } from "../domain/testing/scenario.ts";
import { createCommandBus } from "./command-bus.ts";
import { hashOf, verifyChain } from "./event-chain.ts";
import type { EventStore } from "./ports/event-store.ts";
import { rememberingLogger } from "./testing/engine.ts";

const root = mkdtempSync(join(tmpdir(), "greenlight-chain-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Unsealed = Omit<JobEvent, "hash">;
const anyText = fc.string({ unit: "binary", maxLength: 12 });
const loneText = fc.constantFrom("\ud800", "a\udfff", "\udc00\ud800", "plain", "\u0000", "é\u{1f30a}");
const anyEvent: fc.Arbitrary<Unsealed> = fc.record({
  id: fc.constant(fixtureId(1)),
  job_id: fc.constant(fixtureId(1)),
  seq: fc.constant(1),
  ts: fc.constant(fixtureTime(1)),
  type: fc.constantFrom(...EVENT_TYPES),
  stage: fc.constantFrom(null, "script", "audio"),
  status: fc.constantFrom("running", "paused"),
  message: fc.oneof(anyText, loneText),
  payload: fc.dictionary(
    fc.constantFrom("by", "notes", "patch", "x"),
    fc.oneof(fc.jsonValue({ maxDepth: 2 }), loneText, fc.constant(-0)) as fc.Arbitrary<unknown>,
  ),
  origin: fc.record({
    via: fc.constantFrom(...VIAS),
    token: fc.option(anyText),
    address: fc.option(anyText),
    link_id: fc.option(anyText),
  }),
});
const anyLog = fc.array(anyEvent, { minLength: 3, maxLength: 6 });

/** The events as the command bus would have written them, one after the other. */
function sealed(events: readonly Unsealed[]): JobEvent[] {
  let head = "";
  return events.map((event, index) => {
    const numbered = { ...event, id: fixtureId(index + 1), seq: index + 1 };
    head = hashOf(head, numbered);
    return { ...numbered, hash: head };
  });
}
const faultAt = (events: readonly JobEvent[]) => {
  const report = verifyChain(events);
  return report.intact ? null : report.seq;
};

describe("verifyChain", () => {
  it("finds a log whole as it was written, and after JSON", () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const events = sealed(log);
        const whole = { intact: true, events: events.length, head: events.at(-1)?.hash };
        expect(verifyChain(events)).toEqual(whole);
        expect(verifyChain(JSON.parse(JSON.stringify(events)))).toEqual(whole);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  const changes: [keyof JobEvent | string, (event: JobEvent) => JobEvent][] = [
    ["id", (e) => ({ ...e, id: fixtureId(900) })],
    ["job_id", (e) => ({ ...e, job_id: fixtureId(901) })],
    ["ts", (e) => ({ ...e, ts: fixtureTime(902) })],
    ["type", (e) => ({ ...e, type: e.type === "job_failed" ? "job_started" : "job_failed" })],
    ["stage", (e) => ({ ...e, stage: e.stage === null ? "script" : null })],
    ["status", (e) => ({ ...e, status: "completed" })],
    ["message", (e) => ({ ...e, message: `${e.message}.` })],
    ["payload, a field more", (e) => ({ ...e, payload: { ...e.payload, z: 0 } })],
    ["payload.by", (e) => ({ ...e, payload: { ...e.payload, by: ["somebody else"] } })],
    ["origin.via", (e) => ({ ...e, origin: { ...e.origin, via: e.origin.via === "cli" ? "http" : "cli" } })],
    ["origin.token", (e) => ({ ...e, origin: { ...e.origin, token: `${e.origin.token}x` } })],
    ["origin.address", (e) => ({ ...e, origin: { ...e.origin, address: `${e.origin.address}x` } })],
    ["origin.link_id", (e) => ({ ...e, origin: { ...e.origin, link_id: `${e.origin.link_id}x` } })],
    ["hash", (e) => ({ ...e, hash: e.hash.replace(/^./, (c) => (c === "0" ? "1" : "0")) })],
  ];
  test.each(changes)("names the event whose %s was changed", (_, change) => {
    fc.assert(
      fc.property(anyLog, fc.nat(), (log, n) => {
        const events = sealed(log);
        const at = n % events.length;
        expect(faultAt(events.map((event, i) => (i === at ? change(event) : event)))).toBe(at + 1);
      }),
      { numRuns: 30, seed: 4 },
    );
  });

  it("names the place of a dropped, a swapped, a doubled and an added event", () => {
    const log = fc.sample(anyEvent, { numRuns: 5, seed: 5 });
    const events = sealed(log);
    const [one, two, three, four, five] = events as [JobEvent, JobEvent, JobEvent, JobEvent, JobEvent];
    expect(faultAt([two, three, four, five])).toBe(1);
    expect(faultAt([one, two, four, five])).toBe(3);
    expect(faultAt([one, three, two, four, five])).toBe(2);
    expect(faultAt([one, two, two, three])).toBe(3);
    // Numbered anew, so that only the hashes can tell.
    const renumbered = (list: JobEvent[]) => list.map((event, i) => ({ ...event, seq: i + 1 }));
    expect(faultAt(renumbered([one, two, four, five]))).toBe(3);
    expect(faultAt(renumbered([one, three, two, four]))).toBe(2);
    expect(faultAt(renumbered([one, two, two, three]))).toBe(3);
    // Sealed properly, but the rest was not sealed on top of it.
    const added = { ...two, id: fixtureId(800) };
    const forged = { ...added, hash: hashOf(one.hash, added) };
    expect(faultAt([one, forged, three, four])).toBe(3);
  });
});

it("verifies what SQLite gives back, whatever the texts: lone surrogates and -0 too", async () => {
  const store = openSqliteStore({ path: join(root, "round-trip.sqlite") });
  await fc.assert(
    fc.asyncProperty(anyLog, async (log) => {
      const request = new FixtureLog().create({ id: uuid7Ids.next() });
      const id = request.job_id;
      const events = sealed(log.map((event) => ({ ...event, job_id: id })));
      let head = "";
      const own = events.map((event) => {
        // The store keeps artifacts, timers and links besides; here only the log counts.
        const origin = { ...event.origin, link_id: null };
        const named = { ...event, origin, type: "stage_started" as const, id: uuid7Ids.next() };
        head = hashOf(head, named);
        return { ...named, hash: head };
      });
      await store.append({ ...request, events: own, state: { ...request.state, version: own.length } });
      expect(verifyChain(await store.readJob(id, 0, 100))).toEqual({
        intact: true,
        events: own.length,
        head,
      });
    }),
    { numRuns: 60, seed: 6 },
  );
  await store.close();
});

describe("the command bus", () => {
  const open = (store: EventStore) =>
    createCommandBus({
      store,
      clock: { now: () => T0, steady: () => null },
      ids: uuid7Ids,
      log: rememberingLogger([]),
    });
  const nextOf = async (store: EventStore) => {
    await open(store).handle(JOB_ID, creation([planned("a", { required: true })]));
    await open(store).handle(JOB_ID, { type: "start_job" });
    // A bus of its own each time, as after a restart; a cancel ends the job and a retry takes it up again.
    await open(store).handle(JOB_ID, { type: "cancel_job", by: "Ada \ud83d", notes: "lone \udc00" });
    await open(store).handle(JOB_ID, {
      ...{ type: "retry_job", by: "Ada", from_stage: "a", notes: null },
      ...{ reopen: false, keep_patches: true },
    });
    return store.readJob(JOB_ID, 0, 100);
  };

  test.each([
    ["memory", () => openMemoryStore()],
    ["SQLite", () => openSqliteStore({ path: join(root, "bus.sqlite") })],
  ])("goes on with the chain after each restart over %s", async (_, make) => {
    const store = make();
    const events = await nextOf(store);
    expect(events.map((e) => e.type)).toContain("job_retried");
    expect(verifyChain(events)).toMatchObject({ intact: true, events: events.length });
    await store.close();
  });
});
