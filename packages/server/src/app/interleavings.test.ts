import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobEvent } from "@greenlight/contract/event";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import type { DomainEvent } from "../domain/events.ts";
import { evolve } from "../domain/evolve.ts";
import type { JobState } from "../domain/state.ts";
import { ApprovalLedger } from "../domain/testing/approval-ledger.ts";
import { JOB_ID, planned, T0 } from "../domain/testing/scenario.ts";
import { verifyChain } from "./event-chain.ts";
import { type Act, GateRace, type Told } from "./testing/gate-race.ts";

/**
 * Several people, a gate's timer, a worker, a clock that is set and crashes meet at one open gate (see GateRace). Whatever
 * the order: whoever was told yes is in the log and who was told no is not, a gate is decided once and by as many as it
 * asks for, of the versions that stand there, and every patch is in what the stage makes.
 */
const TIMEOUT_S = 30;
const root = mkdtempSync(join(tmpdir(), "greenlight-race-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const of = (weight: number, kind: Act["kind"], ...by: string[]) => ({
  weight,
  arbitrary: fc.constantFrom(...by).map((name): Act => ({ kind, by: name })),
});
const act = fc.oneof(
  of(6, "approve", "ada", "bob"),
  of(4, "approve with patch", "ada", "bob"),
  of(3, "reject", "ada", "bob"),
  of(4, "patch", "ada", "bob"),
  of(3, "resume", "ada"),
  of(6, "work", "worker"),
  of(3, "timer", "timer"),
  of(2, "recount", "engine"),
  of(1, "cancel", "ada"),
  {
    weight: 4,
    arbitrary: fc.integer({ min: 0, max: 8 }).map((hops): Act => ({ kind: "crash", by: "", hops })),
  },
);
const gates = fc.record({
  min_approvals: fc.constantFrom(1, 2),
  on_timeout: fc.constantFrom("approve" as const, "reject" as const, "cancel" as const),
});

/** What each may be told instead of yes. A conflict is none of it: it is decided again until it can be told. */
const REFUSALS: Record<Act["kind"], readonly string[]> = {
  approve: ["gate_already_decided", "gate_not_open"],
  "approve with patch": ["gate_already_decided", "gate_not_open"],
  reject: ["gate_already_decided", "gate_not_open"],
  patch: ["invalid_transition", "patch_target_missing"],
  cancel: ["invalid_transition"],
  resume: ["invalid_transition"],
  work: ["invalid_transition", "stale_attempt"],
  timer: [],
  recount: [],
  crash: [],
};

const seen = new Set<string>();
let race = 0;

it("200 interleavings: what was told is what was done, and it is done once", {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(act, { minLength: 4, maxLength: 12 }),
      gates,
      fc.boolean(),
      fc.constantFrom(0, 0, -600_000, 2_100_000),
      async (scheduler, acts, gate, due, clockSet) => {
        let [wall, elapsed_ms] = [T0, 0];
        const clock = { now: () => wall, steady: () => ({ boot: "b", elapsed_ms }) };
        const run = new GateRace(join(root, `${++race}`, "race.sqlite"), clock);
        await run.begin([
          planned("a", { required: true, auto_approve_after_s: TIMEOUT_S, ...gate }),
          planned("b"),
        ]);
        elapsed_ms = TIMEOUT_S * 1000 - (due ? 0 : 1);
        wall = T0 + elapsed_ms + clockSet;
        await scheduler.waitFor(run.run(acts, scheduler));
        const log = await run.store.readJob(JOB_ID, 0, 1000);
        checkTold(run.told, log);
        if (!due) expect(log.some((e) => e.payload.by === "timer")).toBe(false);
        const end = await run.finish();
        const whole = await run.store.readJob(JOB_ID, 0, 1000);
        checkLog(whole, await run.store.load(JOB_ID), gate.min_approvals);
        for (const { act: one, nth, answer } of run.told)
          if (one.kind.includes("patch") && answer !== "unheard")
            expect([one.kind, run.contentOf(end).includes(`patch ${nth}.`)]).toEqual([
              one.kind,
              answer === "yes",
            ]);
        await run.store.close();
      },
    ),
    { numRuns: 200, seed: 11 },
  );
  // Each way it can go must have come up, or nothing was shown.
  for (const way of [
    ...[
      "gate_approved",
      "gate_rejected",
      "gate_auto_approved",
      "gate_rescheduled",
      "gate_voided",
      "job_canceled",
    ],
    ...[
      "patch_applied",
      "stage_interrupted",
      "job_completed",
      "timer rejects",
      "timer cancels",
      "timer approves",
    ],
    ...["patched and run again", "unheard but done", "unheard and not done", "one of two"],
  ])
    expect([way, seen.has(way)]).toEqual([way, true]);
});

const DONE: Partial<Record<Act["kind"], string>> = {
  approve: "gate_approved",
  "approve with patch": "gate_approved",
  reject: "gate_rejected",
  cancel: "job_canceled",
};

/** Yes: it is in the log, once. No: it is not, and for a reason that it may have. */
function checkTold(told: readonly Told[], log: readonly JobEvent[]): void {
  for (const { act: one, nth, answer } of told) {
    if (typeof answer !== "string")
      expect([one.kind, REFUSALS[one.kind]]).toEqual([one.kind, expect.arrayContaining([answer.code])]);
    const type = one.kind === "patch" ? "patch_applied" : DONE[one.kind];
    if (type === undefined) continue;
    const patched = JSON.stringify(`patch ${nth}.`);
    const done = log.filter(
      ({ type: is, payload }) =>
        is === type &&
        payload.by === one.by &&
        (one.kind === "patch" ? JSON.stringify(payload).includes(patched) : payload.notes === `act ${nth}`),
    ).length;
    if (answer !== "unheard") expect([one, done]).toEqual([one, answer === "yes" ? 1 : 0]);
    else {
      expect(done).toBeLessThanOrEqual(1);
      seen.add(done === 1 ? "unheard but done" : "unheard and not done");
    }
  }
}

/** The log is whole, is the state, and at every moment keeps the promises a gate makes. */
function checkLog(log: readonly JobEvent[], state: JobState | undefined, min_approvals: number): void {
  expect(verifyChain(log)).toMatchObject({ intact: true, events: log.length });
  const events = log as unknown as readonly DomainEvent[];
  expect(events.reduce<JobState | null>(evolve, null)).toEqual(state);
  const passed = state?.stages.slice(0, state.position).map((s) => s.id) ?? [];
  expect(new ApprovalLedger(state?.plan ?? [], events).uncovered(passed)).toEqual([]);
  let open = false;
  let standing = "";
  let patched = false;
  /** Who approved what since the gate last began to count. */
  let approvals: { by: string; versions: string }[] = [];
  for (const event of events) {
    seen.add(event.type);
    switch (event.type) {
      case "artifact_created":
        if (event.stage === "a") standing = event.payload.artifact.sha256;
        break;
      case "patch_applied":
        patched = true;
        break;
      case "stage_started":
        if (event.stage === "a" && patched) seen.add("patched and run again");
        break;
      case "gate_opened":
        open = true;
        break;
      case "gate_voided":
        open = false;
        approvals = [];
        break;
      case "gate_approved": {
        expect([open, event.payload.artifact_sha256s]).toEqual([true, [standing]]);
        approvals.push({ by: event.payload.by, versions: standing });
        const names = new Set(approvals.filter((a) => a.versions === standing).map((a) => a.by));
        expect([event.payload.final, names.size]).toEqual([names.size >= min_approvals, approvals.length]);
        if (!event.payload.final) seen.add("one of two");
        if (event.payload.final) [open, approvals] = [false, []];
        break;
      }
      case "gate_rejected":
      case "gate_auto_approved": {
        expect(open).toBe(true);
        [open, approvals] = [false, []];
        const how =
          event.type === "gate_auto_approved"
            ? "approves"
            : event.payload.cancels_job
              ? "cancels"
              : "rejects";
        if (event.payload.by === "timer") seen.add(`timer ${how}`);
        break;
      }
    }
  }
}
