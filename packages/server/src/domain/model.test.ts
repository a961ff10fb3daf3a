import { EVENT_TYPES } from "@greenlight/contract/event";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Command, Rejection } from "./commands.ts";
import { decide } from "./decide.ts";
import { requirePatchable } from "./decide-patch.ts";
import { requireResumable } from "./decide-resume.ts";
import type { DomainEvent } from "./events.ts";
import { evolve } from "./evolve.ts";
import { standing } from "./gates.ts";
import { requireDecidable, requireMayApprove, requireMayReject } from "./require-decision.ts";
import { type JobState, TERMINAL } from "./state.ts";
import { ApprovalLedger } from "./testing/approval-ledger.ts";
import { completion, creation, decision, output, planned, T0 } from "./testing/scenario.ts";
import { timeLeft } from "./time-left.ts";

/**
 * Random commands, crashes and restarts against one job. The log is all that survives a crash, so after each step
 * the state folded from the log must equal the state carried along; and no run of commands may break an invariant.
 */
const PLAN = [
  planned("a"),
  planned("b", { required: true, auto_approve_after_s: 30, remind_after_s: 10, on_timeout: "reject" }),
  planned("c", { required: false, auto_approve: true }),
  planned("d", { required: true, min_approvals: 2, reopen: "always" }),
];
const STAGES = [...PLAN.map((s) => s.id), "nope"];

type Step = (state: JobState | null, now: number) => Command | "crash";
const stage = fc.constantFrom(...STAGES);
const by = fc.constantFrom("ada", "bob");
const rarely = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);
/** By how many milliseconds somebody sets the wall clock forward, between two steps. */
const clockSet = fc.oneof(
  { weight: 12, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(-600_000, -40, 40, 2_100_000) },
);
const content = fc.integer({ min: 0, max: 2 });
const MISSED = { patch: { type: "replace", content: "p" }, code: "patch_not_found", message: "x" } as const;
const patch = fc.constantFrom("content", "rebuild", null);

function patchOf(kind: "content" | "rebuild" | null, state: JobState | null, at: string) {
  if (kind === null) return null;
  if (kind === "rebuild")
    return { patch: { type: "level_adjust", level_change_db: 1 }, effect: { kind } } as const;
  const target = state?.artifacts.find((a) => a.stage === at);
  const next = output("p", `${target?.version}`);
  return {
    patch: { type: "replace", content: "p" },
    effect: {
      kind,
      artifact_id: target?.id ?? "none",
      base_sha256: target?.sha256 ?? "",
      sha256: next.sha256,
      size_bytes: 1,
    },
  } as const;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: fc.constant<Step>(() => ({ type: "start_job" })) },
  { weight: 20, arbitrary: fc.constant<Step>(() => ({ type: "start_stage" })) },
  {
    weight: 40,
    arbitrary: fc.tuple(rarely, fc.tuple(content, content), fc.boolean(), rarely).map(
      ([stale, contents, keep, missed]): Step =>
        (state) => {
          const made = contents.map((c, i) => output(`${state?.running?.stage ?? "x"}${i}`, `${c}`));
          const token = (state?.running?.token ?? 0) - (stale ? 1 : 0);
          return completion(token, made, keep, missed ? [MISSED] : []);
        },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("retryable", "terminal").map(
      (kind): Step =>
        (state) => ({
          type: "fail_stage",
          token: state?.running?.token ?? 0,
          code: "stage_failed",
          message: "x",
          kind: kind as "terminal",
        }),
    ),
  },
  {
    weight: 30,
    arbitrary: fc
      .tuple(fc.constantFrom("approve_gate", "approve_gate", "reject_gate"), stage, by, patch, fc.boolean())
      .map(
        ([type, at, who, kind, keep]): Step =>
          (state) => {
            const here = state?.plan[state.position]?.id ?? at;
            const target = at === "nope" ? at : here;
            return decision(type as "approve_gate", target, {
              by: who,
              patch: patchOf(kind, state, target),
              keep_lane: keep,
            });
          },
      ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom("gate:b", "remind:b").map(
      (timer_id): Step =>
        () => ({ type: "fire_timer", timer_id }),
    ),
  },
  { weight: 4, arbitrary: fc.constant<Step>(() => ({ type: "recount_timers" })) },
  {
    weight: 4,
    arbitrary: fc.boolean().map(
      (now): Step =>
        () => ({ type: "pause_job", by: now ? "ada" : "bob", now }),
    ),
  },
  {
    weight: 15,
    arbitrary: fc.tuple(patch, rarely, fc.constantFrom(null, "n")).map(
      ([kind, again, notes]): Step =>
        (state) => ({
          type: "resume_job",
          by: "ada",
          stage: again ? (state?.plan[state.position]?.id ?? null) : null,
          notes,
          patch: patchOf(kind, state, state?.plan[state.position]?.id ?? "a"),
        }),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Step>(() => ({ type: "cancel_job", by: "ada", notes: null })) },
  {
    weight: 2,
    arbitrary: fc.option(stage).map(
      (from): Step =>
        () => ({ type: "retry_job", by: "ada", from_stage: from }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(stage, patch).map(
      ([at, kind]): Step =>
        (state) => ({
          type: "apply_patch",
          by: "ada",
          stage: at,
          patch: patchOf(kind ?? "rebuild", state, at) ?? never(),
        }),
    ),
  },
  { weight: 2, arbitrary: fc.constant<Step>(() => "crash") },
);

function never(): never {
  throw new Error("unreachable");
}

/** What refuses a command before its patch is applied, as the operations ask it. */
function requireAllowed(state: JobState, command: Command): void {
  switch (command.type) {
    case "approve_gate":
    case "reject_gate": {
      const { stage, by, beats = [], patch } = { beats: [], ...command };
      const gate = requireDecidable(state, command);
      const asked = { stage, by, beats, patch: patch?.patch ?? null };
      return (command.type === "approve_gate" ? requireMayApprove : requireMayReject)(state, gate, asked);
    }
    case "resume_job":
      requireResumable(state, { ...command, patch: command.patch?.patch ?? null });
      return;
    case "apply_patch":
      requirePatchable(state, command.stage, command.patch.patch);
      return;
  }
}

function codeOf(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return error.code;
  }
}

/** A patch that applies may meet an artifact that is gone, or changed, or like it already; nothing else is left. */
const LEFT_TO_PATCH = [null, "patch_target_missing", "patch_no_change", "version_conflict"];

function fold(log: readonly DomainEvent[]): JobState | null {
  return log.reduce<JobState | null>(evolve, null);
}

function checkInvariants(
  before: JobState | null,
  command: Command,
  events: DomainEvent[],
  after: JobState,
  log: DomainEvent[],
): void {
  expect(after.version).toBe(log.length);
  const running = after.stages.filter((s) => s.status === "running");
  expect(running.map((s) => s.id)).toEqual(after.running ? [after.running.stage] : []);
  if (after.running) {
    expect(after.status).toBe("running");
    expect(after.plan[after.position]?.id).toBe(after.running.stage);
  }
  if (before && TERMINAL.has(before.status) && events.length > 0)
    expect(["retry_job", "apply_patch"]).toContain(command.type);
  if (TERMINAL.has(after.status)) expect(after.timers).toEqual([]);
  if (after.status === "needs_approval") {
    const gate = after.gates.find((g) => g.stage === after.plan[after.position]?.id);
    expect(gate?.approved).toBeNull();
    expect(gate?.opened_at).not.toBeNull();
  }
  if (after.timers.length > 0) expect(after.status).toBe("needs_approval");
  for (const s of before?.stages ?? [])
    expect(after.stages.find((x) => x.id === s.id)?.patches.length).toBeGreaterThanOrEqual(s.patches.length);
  const passed = after.stages.slice(0, after.position).filter((s) => s.status !== "skipped");
  expect(new ApprovalLedger(after.plan, log).uncovered(passed.map((s) => s.id))).toEqual([]);
  for (const { stage, approved, approvals } of after.gates)
    if (approved === null)
      for (const one of approvals)
        expect([...one.artifact_sha256s].sort()).toEqual([...standing(after, stage)].sort());
  checkDecisions(log);
  checkPauses(log);
  expect(
    after.stages.slice(0, after.position).every((s) => s.status === "completed" || s.status === "skipped"),
  ).toBe(true);
}

/** Between two openings of a gate there is at most one decision. */
function checkDecisions(log: readonly DomainEvent[]): void {
  const open = new Set<string>();
  for (const event of log) {
    if (event.stage === null) continue;
    if (event.type === "gate_opened") open.add(event.stage);
    const policy = event.type === "gate_auto_approved" && event.payload.by === "policy";
    const final = event.type === "gate_approved" && event.payload.final;
    if (final || event.type === "gate_rejected" || (event.type === "gate_auto_approved" && !policy))
      expect([event.stage, open.delete(event.stage)]).toEqual([event.stage, true]);
  }
}

/** Whatever the wall clock was set to: a timer decides, and reminds, when the time it was set for has passed. */
function checkTimers(log: readonly DomainEvent[], passedAt: readonly number[]) {
  let openedAt = 0;
  for (const [index, event] of log.entries()) {
    const at = passedAt[index] ?? 0;
    if (event.type === "gate_opened") openedAt = at;
    if (event.type === "gate_reminded") expect(at - openedAt).toBeGreaterThanOrEqual(10_000);
    if (event.type === "gate_rejected" && event.payload.by === "timer")
      expect(at - openedAt).toBeGreaterThanOrEqual(30_000);
  }
}

const PUSHES = ["stage_started", "gate_opened", "gate_reminded", "job_started"];
const RELEASES = ["job_resumed", "job_retried", "job_completed", "job_failed", "job_canceled"];

/** From the moment a pause is asked for until somebody lets the job go, nothing but people moves it. */
function checkPauses(log: readonly DomainEvent[]): void {
  let asked: string | null = null;
  let held = false;
  for (const event of log) {
    if (RELEASES.includes(event.type)) {
      asked = null;
      held = false;
    }
    if (asked !== null || held) {
      expect(PUSHES).not.toContain(event.type);
      if (event.type === "gate_auto_approved") expect(event.payload.by).toBe("policy");
    }
    if (event.type === "job_pause_requested") asked = event.payload.by;
    if (event.type !== "job_paused") continue;
    if (asked !== null) expect(event.payload.by).toBe(asked);
    asked = null;
    held = true;
  }
}

const NEVER = ["job_created", "stage_skipped", "iteration_scored"];
const seen = new Set<string>();

it("no run of commands, crashes and restarts breaks an invariant", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(step, fc.integer({ min: 0, max: 40_000 }), clockSet), {
        minLength: 60,
        maxLength: 120,
      }),
      (steps) => {
        const log: DomainEvent[] = decide(null, creation(PLAN), T0);
        let state = fold(log);
        const passedAt = [0];
        let [now, passed] = [T0, 0];
        for (const [next, pause, set] of steps) {
          now += pause + set;
          passed += pause;
          const steady = { boot: "b", elapsed_ms: passed };
          let command = next(state, now);
          if (command === "crash") {
            state = fold(log);
            if (!state?.running) continue;
            command = { type: "interrupt_stage", token: state.running.token, reason: "crash" };
          }
          const before = state;
          let events: DomainEvent[] = [];
          const asked = command;
          const refused = codeOf(() => {
            events = decide(before, asked, now, steady);
          });
          const early = before && codeOf(() => requireAllowed(before, asked));
          if (early !== null) expect([asked.type, refused]).toEqual([asked.type, early]);
          else if ("patch" in asked && asked.patch) expect(LEFT_TO_PATCH).toContain(refused);
          if (refused !== null) continue;
          log.push(...events);
          passedAt.push(...events.map(() => passed));
          for (const event of events) seen.add(event.type);
          state = events.reduce<JobState | null>(evolve, before);
          expect(state).toEqual(fold(log));
          if (state) checkInvariants(before, command, events, state, log);
          checkTimers(log, passedAt);
          if (state && command.type === "recount_timers")
            for (const timer of state.timers)
              expect(Math.abs(Date.parse(timer.fire_at) - now - timeLeft(timer, now, steady))).toBeLessThan(
                50,
              );
        }
      },
    ),
    { numRuns: 300, seed: 7 },
  );
  // A model that never gets anywhere proves nothing.
  expect([...seen].sort()).toEqual(EVENT_TYPES.filter((t) => !NEVER.includes(t)).sort());
});
