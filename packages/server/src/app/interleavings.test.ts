import type { JobEvent } from "@greenlight/contract/event";
import type { Patch } from "@greenlight/contract/patch";
import fc from "fast-check";
import { expect, it } from "vitest";
import { uuid7Ids } from "../adapters/ids/uuid7.ts";
import { openMemoryStore } from "../adapters/store/memory.ts";
import type { Command } from "../domain/commands.ts";
import { Rejection } from "../domain/commands.ts";
import { evolve } from "../domain/evolve.ts";
import type { JobState } from "../domain/state.ts";
import { completion, creation, decision, JOB_ID, output, planned, T0 } from "../domain/testing/scenario.ts";
import { createCommandBus } from "./command-bus.ts";
import { verifyChain } from "./event-chain.ts";
import type { EventStore } from "./ports/event-store.ts";
import { rememberingLogger } from "./testing/engine.ts";

/**
 * Several people, a gate's timer and a crash meet at one open gate. Every step of every command that touches the store
 * is released in an order that fast-check chooses; a crash throws away the process' memory, so what it had under way
 * goes on against a store that others have changed. Whatever the order: the first decision that is recorded holds,
 * whoever was told yes is in the log and nobody else, and no patch is lost.
 */
const TIMEOUT_S = 30;
const PLAN = [planned("a", { required: true, auto_approve_after_s: TIMEOUT_S }), planned("b")];

const act = fc.oneof(
  fc.constantFrom("ada", "bob").map((by) => ({ kind: "approve", by }) as const),
  fc.constantFrom("ada", "bob").map((by) => ({ kind: "approve with patch", by }) as const),
  fc.constantFrom("ada", "bob").map((by) => ({ kind: "reject", by }) as const),
  fc.constant({ kind: "timer", by: "timer" } as const),
  fc.constantFrom("ada", "bob").map((by) => ({ kind: "patch", by }) as const),
  fc.constant({ kind: "cancel", by: "ada" } as const),
  fc.constant({ kind: "crash", by: "" } as const),
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

function commandOf(one: Act, nth: number): (state: JobState) => Command {
  const keep = { by: one.by, keep_lane: false };
  switch (one.kind) {
    case "approve":
      return () => decision("approve_gate", "a", keep);
    case "approve with patch":
      return (state) => decision("approve_gate", "a", { ...keep, patch: patchOf(state, nth) });
    case "reject":
      return () => decision("reject_gate", "a", keep);
    case "timer":
      return () => ({ type: "fire_timer", timer_id: "gate:a" });
    case "patch":
      return (state) => ({ type: "apply_patch", stage: "a", by: one.by, patch: patchOf(state, nth) });
    default:
      return () => ({ type: "cancel_job", by: one.by, notes: null });
  }
}

/** The nth patch: its content says which it is. */
function patchOf(state: JobState, nth: number) {
  const target = state.artifacts.find((a) => a.stage === "a");
  const patch: Patch = { type: "replace", content: `patch ${nth}` };
  const { sha256 } = output("p", `${nth}`);
  const base = { artifact_id: target?.id ?? "", base_sha256: target?.sha256 ?? "" };
  return { patch, effect: { kind: "content", ...base, sha256, size_bytes: 1 } } as const;
}

/** The store whose every call is held until the scheduler lets it go. */
function scheduled(store: EventStore, scheduler: fc.Scheduler): EventStore {
  const { load, readJob, append } = store;
  return {
    ...store,
    load: scheduler.scheduleFunction(load.bind(store)),
    readJob: scheduler.scheduleFunction(readJob.bind(store)),
    append: scheduler.scheduleFunction(append.bind(store)),
  };
}

const parts = { clock: { now: () => T0, steady: () => null }, ids: uuid7Ids, log: rememberingLogger([]) };

async function atTheGate(store: EventStore): Promise<void> {
  const bus = createCommandBus({ store, ...parts });
  await bus.handle(JOB_ID, creation(PLAN));
  await bus.handle(JOB_ID, { type: "start_job" });
  const { running } = await bus.load(JOB_ID);
  await bus.handle(JOB_ID, completion(running?.token ?? 0, [output("x", "first")], false));
}

const DECIDES = new Set(["approve", "approve with patch", "reject", "timer"]);
const isDecision = ({ type, payload }: JobEvent) =>
  type === "gate_rejected" ||
  type === "gate_auto_approved" ||
  (type === "gate_approved" && payload.final === true);

it("200 interleavings: the first decision holds, no patch is lost, no gate is decided twice", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(act, { minLength: 3, maxLength: 7 }),
      fc.boolean(),
      async (scheduler, acts, due) => {
        const store = openMemoryStore();
        await atTheGate(store);
        const held = scheduled(store, scheduler);
        const clock = { now: () => T0 + TIMEOUT_S * 1000 - (due ? 0 : 1), steady: () => null };
        let bus = createCommandBus({ store: held, ...parts, clock });
        const told: { act: Act; nth: number; done: Promise<"yes" | Rejection> }[] = [];
        for (const [nth, one] of acts.entries()) {
          if (one.kind === "crash") {
            bus = createCommandBus({ store: held, ...parts, clock });
            continue;
          }
          const done = bus.handle(JOB_ID, commandOf(one, nth)).then(
            () => "yes" as const,
            (error: unknown) => {
              if (error instanceof Rejection) return error;
              throw error;
            },
          );
          told.push({ act: one, nth, done });
        }
        const answers = Promise.all(told.map(async (t) => ({ ...t, answer: await t.done })));
        await scheduler.waitFor(answers);
        const log = await store.readJob(JOB_ID, 0, 1000);
        check(await answers, log, await store.load(JOB_ID), due, seen);
      },
    ),
    { numRuns: 200, seed: 11 },
  );
  // Each way it can go must have come up, or nothing was shown.
  for (const way of ["gate_approved", "gate_rejected", "gate_auto_approved", "job_canceled", "patch_applied"])
    expect([way, seen.has(way)]).toEqual([way, true]);
});

function check(
  told: readonly { act: Act; nth: number; answer: "yes" | Rejection }[],
  log: readonly JobEvent[],
  state: JobState | undefined,
  due: boolean,
  seen: Set<string>,
): void {
  for (const event of log) seen.add(event.type);
  expect(verifyChain(log)).toMatchObject({ intact: true, events: log.length });
  expect(log.reduce<JobState | null>((s, e) => evolve(s, e as never), null)).toEqual(state);
  let open = false;
  for (const event of log) {
    if (event.type === "gate_opened") open = true;
    if (event.type === "gate_voided") open = false;
    if (!isDecision(event)) continue;
    expect(open).toBe(true);
    open = false;
  }
  for (const { act: one, nth, answer } of told) {
    const patch = JSON.stringify(`patch ${nth}`);
    const kept = JSON.stringify(state?.stages[0]?.patches ?? []).includes(patch);
    if (one.kind.includes("patch")) expect([one.kind, kept]).toEqual([one.kind, answer === "yes"]);
    // A timer that comes too late does nothing, and says so to nobody.
    if (answer !== "yes" || one.kind === "timer") continue;
    const wanted = { approve: "gate_approved", reject: "gate_rejected", cancel: "job_canceled" }[
      one.kind.split(" ")[0] ?? ""
    ];
    if (wanted) expect(log.some((e) => e.type === wanted && e.payload.by === one.by)).toBe(true);
  }
  const yes = told.filter(
    (t) => t.answer === "yes" && DECIDES.has(t.act.kind) && t.act.kind !== "timer",
  ).length;
  expect(log.filter((e) => isDecision(e) && e.payload.by !== "timer")).toHaveLength(yes);
  if (!due) expect(log.some((e) => e.payload.by === "timer")).toBe(false);
}
