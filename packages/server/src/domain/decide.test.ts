import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import { evolve } from "./evolve.ts";
import {
  completion,
  creation,
  decision,
  output,
  planned,
  REQUIRED,
  Scenario,
  started,
} from "./testing/scenario.ts";

const cancel = { type: "cancel_job", by: "ada", notes: null } as const;
const fail = (token: number, kind: "retryable" | "terminal" = "retryable") =>
  ({ type: "fail_stage", token, code: "stage_failed", message: "no", kind }) as const;
const content = (name: string, next: string) =>
  ({
    patch: { type: "replace", content: next },
    effect: {
      kind: "content",
      artifact_id: output(name).id,
      base_sha256: output(name).sha256,
      sha256: output(name, next).sha256,
      size_bytes: 1,
    },
  }) as const;
const rebuild = { patch: { type: "level_adjust", level_change_db: 3 }, effect: { kind: "rebuild" } } as const;
const resume = (more: object = {}) =>
  ({ type: "resume_job", by: "ada", stage: null, notes: null, patch: null, ...more }) as const;

describe("a job's way (DESIGN: jobs)", () => {
  it("is queued, then runs when a lane is free", () => {
    const s = new Scenario();
    expect(s.when(creation([planned("a")]))).toEqual(["job_created"]);
    expect(s.job.status).toBe("queued");
    expect(s.when({ type: "start_job" })).toEqual(["job_started", "stage_started"]);
    expect(s.job.status).toBe("running");
  });

  it("goes from stage to stage without a gate and completes after the last", () => {
    const s = started([planned("a"), planned("b")]);
    expect(s.completes("x")).toEqual(["artifact_created", "stage_completed", "stage_started"]);
    expect(s.completes()).toEqual(["stage_completed", "job_completed"]);
    expect(s.job).toMatchObject({ status: "completed", position: 2, running: null });
  });

  it("does not start the next stage for a caller that gives its lane up", () => {
    const s = started([planned("a"), planned("b")]);
    expect(s.when(completion(s.token, [], false))).toEqual(["stage_completed"]);
    expect(s.job).toMatchObject({ status: "running", running: null });
    expect(s.when({ type: "start_stage" })).toEqual(["stage_started"]);
  });

  it("waits at a gate until a person decides", () => {
    const s = started([planned("a", REQUIRED), planned("b")]);
    expect(s.completes("x")).toEqual(["artifact_created", "stage_completed", "gate_opened"]);
    expect(s.job.status).toBe("needs_approval");
    expect(s.job.gates[0]?.artifact_sha256s).toEqual([output("x").sha256]);
    expect(s.when(decision("approve_gate", "a"))).toEqual(["gate_approved", "stage_started"]);
    expect(s.job.gates[0]).toMatchObject({ approved: true, by: "ada", auto_approved: false });
  });

  it("tries a retryable failure again after a back-off that doubles, then fails", () => {
    const s = started([planned("a")]);
    expect(s.when(fail(s.token))).toEqual(["stage_failed", "stage_retrying"]);
    expect(s.refused({ type: "start_stage" })).toBe("invalid_transition");
    s.wait(2);
    expect(s.when({ type: "start_stage" })).toEqual(["stage_started"]);
    s.when(fail(s.token));
    s.wait(3.9);
    expect(s.refused({ type: "start_stage" })).toBe("invalid_transition");
    s.wait(0.1);
    s.when({ type: "start_stage" });
    expect(s.when(fail(s.token))).toEqual(["stage_failed", "job_failed"]);
    expect(s.job).toMatchObject({ status: "failed", error: { code: "stage_failed", stage: "a" } });
  });

  it("does not retry a terminal failure", () => {
    const s = started([planned("a")]);
    expect(s.when(fail(s.token, "terminal"))).toEqual(["stage_failed", "job_failed"]);
  });

  it("pauses once the running attempt ends, and goes on where it stopped", () => {
    const s = started([planned("a"), planned("b")]);
    s.when({ type: "pause_job", by: "ada", now: false, notes: "lunch" });
    expect(s.job).toMatchObject({ status: "running", pause_requested: { by: "ada", notes: "lunch" } });
    expect(s.refused({ type: "pause_job", by: "bob", now: false })).toBe("invalid_transition");
    expect(s.completes()).toEqual(["stage_completed", "job_paused"]);
    expect(s.log.at(-1)?.payload).toEqual({ by: "ada", reason: "operator", notes: "lunch" });
    expect(s.when(resume())).toEqual(["job_resumed"]);
    expect(s.when({ type: "start_stage" })).toEqual(["stage_started"]);
    expect(s.job.running?.stage).toBe("b");
  });

  it("hands the notes of a resume to the stage at hand", () => {
    const s = started([planned("a")]);
    s.when({ type: "pause_job", by: "ada", now: true });
    s.when({ type: "interrupt_stage", token: s.token, reason: "pause" });
    s.when(resume({ notes: "calmer" }));
    expect(s.job.stages[0]?.feedback).toEqual([{ beat_id: null, notes: "calmer" }]);
  });

  it("pauses now: the attempt is interrupted and runs again without using up a retry", () => {
    const s = started([planned("a")]);
    s.when({ type: "pause_job", by: "ada", now: true });
    expect(s.when({ type: "interrupt_stage", token: s.token, reason: "pause" })).toEqual([
      "stage_interrupted",
      "job_paused",
    ]);
    expect(s.log.at(-1)?.payload).toMatchObject({ by: "ada" });
    s.when(resume());
    s.when({ type: "start_stage" });
    expect(s.job.stages[0]).toMatchObject({ attempt: 2, failures: 0 });
  });

  it("pauses before the gate of the stage that ran when it was asked for; resume opens the gate", () => {
    const s = started([planned("a", { ...REQUIRED, auto_approve_after_s: 5 }), planned("b")]);
    s.when({ type: "pause_job", by: "ada", now: false });
    expect(s.completes()).toEqual(["stage_completed", "job_paused"]);
    s.wait(60);
    expect(s.when({ type: "fire_timer", timer_id: "gate:a" })).toEqual([]);
    expect(s.refused(decision("approve_gate", "a"))).toBe("gate_not_open");
    expect(s.when(resume())).toEqual(["job_resumed", "gate_opened"]);
    expect(s.when({ type: "fire_timer", timer_id: "gate:a" })).toEqual([]);
    s.wait(5);
    expect(s.when({ type: "fire_timer", timer_id: "gate:a" })).toContain("gate_auto_approved");
  });

  it("pauses at an open gate: its timers stop, its approvals are kept, resume opens it with all of its time", () => {
    const gate = { ...REQUIRED, min_approvals: 2, auto_approve_after_s: 30, remind_after_s: 10 };
    const s = started([planned("a", gate), planned("b")]);
    s.completes("x");
    s.when(decision("approve_gate", "a"));
    s.wait(20);
    expect(s.when({ type: "pause_job", by: "bob", now: false, notes: "wait" })).toEqual(["job_paused"]);
    expect(s.log.at(-1)).toMatchObject({ stage: "a", payload: { by: "bob", notes: "wait" } });
    expect(s.job).toMatchObject({ status: "paused", timers: [], gates: [{ opened_at: null }] });
    s.wait(60);
    for (const timer_id of ["gate:a", "remind:a"])
      expect(s.when({ type: "fire_timer", timer_id })).toEqual([]);
    expect(s.when(resume())).toEqual(["job_resumed", "gate_opened"]);
    expect(s.job.timers.map((t) => Date.parse(t.fire_at) - s.now)).toEqual([30_000, 10_000]);
    expect(s.when(decision("approve_gate", "a", { by: "bob" }))).toEqual(["gate_approved", "stage_started"]);
  });

  it("runs the stage whose gate a pause holds again where the resume names it, and asks for that to heed notes", () => {
    const s = started([planned("a", { ...REQUIRED, min_approvals: 2 })]);
    s.completes("x");
    s.when(decision("approve_gate", "a"));
    s.when({ type: "pause_job", by: "bob", now: false });
    expect(s.refused(resume({ notes: "calmer" }))).toBe("invalid_field");
    expect(s.when(resume({ stage: "a", notes: "calmer" }))).toEqual(["gate_voided", "job_resumed"]);
    expect(s.job.stages[0]).toMatchObject({ status: "stale", feedback: [{ notes: "calmer" }] });
    expect(s.job.gates[0]?.approvals).toEqual([]);
  });

  it("does not count approvals from before a pause for what was patched during it", () => {
    const s = started([planned("a", { ...REQUIRED, min_approvals: 2 })]);
    s.completes("x");
    s.when(decision("approve_gate", "a"));
    s.when({ type: "pause_job", by: "bob", now: false });
    const [x] = s.job.artifacts;
    const patch = {
      patch: { type: "replace", content: "y" },
      effect: {
        kind: "content",
        artifact_id: x?.id ?? "",
        base_sha256: x?.sha256 ?? "",
        sha256: output("x", "y").sha256,
        size_bytes: 1,
      },
    } as const;
    const types = s.when({ type: "apply_patch", by: "bob", stage: "a", patch });
    expect(types).toEqual(["patch_applied", "artifact_created", "gate_voided"]);
    expect(s.job).toMatchObject({ status: "paused", gates: [{ approvals: [], opened_at: null }] });
    s.when(resume());
    expect(s.job.gates[0]).toMatchObject({ approvals: [], artifact_sha256s: [output("x", "y").sha256] });
  });

  it("runs a stage again after a crash without using up a retry; the old token no longer counts", () => {
    const s = started([planned("a")]);
    const old = s.token;
    s.when({ type: "interrupt_stage", token: old, reason: "crash" });
    s.when({ type: "start_stage" });
    expect(s.job.stages[0]).toMatchObject({ attempt: 2, failures: 0 });
    expect(s.refused(completion(old, []))).toBe("stale_attempt");
  });

  it.each(["queued", "running", "paused", "needs_approval"])("is canceled while %s", (status) => {
    const s = new Scenario();
    s.when(creation([planned("a", REQUIRED)]));
    if (status !== "queued") s.when({ type: "start_job" });
    if (status === "paused") {
      s.when({ type: "pause_job", by: "ada", now: true });
      s.when({ type: "interrupt_stage", token: s.token, reason: "pause" });
    }
    if (status === "needs_approval") s.completes();
    expect(s.job.status).toBe(status);
    expect(s.when(cancel)).toEqual(["job_canceled"]);
    expect(s.job).toMatchObject({ status: "canceled", running: null, timers: [] });
    expect(s.refused(cancel)).toBe("invalid_transition");
  });

  it("is retried from a stage: queued again, earlier stages stay, approvals hold until something changes", () => {
    const s = started([planned("a"), planned("b", REQUIRED), planned("c")]);
    s.completes("x");
    s.completes("y");
    s.when(decision("approve_gate", "b"));
    s.completes("z");
    expect(s.refused({ type: "retry_job", by: "ada", from_stage: "nope" })).toBe("stage_not_found");
    expect(s.when({ type: "retry_job", by: "ada", from_stage: "b" })).toEqual(["job_retried"]);
    expect(s.job.status).toBe("queued");
    expect(s.job.stages.map((x) => x.status)).toEqual(["completed", "stale", "stale"]);
    expect(s.job.gates[0]?.approved).toBe(true);
    s.when({ type: "start_job" });
    expect(s.job.running?.stage).toBe("b");
    expect(s.completes("y")).toEqual(["stage_completed", "stage_started"]);
  });

  it("cannot be retried from a stage it has not come to", () => {
    const s = started([planned("a"), planned("b")]);
    s.when(cancel);
    expect(s.refused({ type: "retry_job", by: "ada", from_stage: "b" })).toBe("invalid_transition");
    expect(s.when({ type: "retry_job", by: "ada", from_stage: null })).toEqual(["job_retried"]);
  });

  it("skips a stage that is switched off", () => {
    const s = started([planned("a"), planned("b", REQUIRED, { enabled: false }), planned("c")]);
    expect(s.completes()).toEqual(["stage_completed", "stage_skipped", "stage_started"]);
    expect(s.job.running?.stage).toBe("c");
  });

  it("records an unchanged output only once, a changed one as the next version of the same artifact", () => {
    const s = started([planned("a"), planned("b")]);
    s.completes("x");
    s.when(cancel);
    s.when({ type: "retry_job", by: "ada", from_stage: "a" });
    s.when({ type: "start_job" });
    expect(s.when(completion(s.token, [output("x")]))).toEqual(["stage_completed", "stage_started"]);
    s.when(cancel);
    s.when({ type: "retry_job", by: "ada", from_stage: "a" });
    s.when({ type: "start_job" });
    s.when(completion(s.token, [output("x", "other")]));
    expect(s.job.artifacts).toMatchObject([{ id: output("x").id, version: 2 }]);
  });
});

describe("gates", () => {
  it("reject pauses; resume runs the stage again with the notes as feedback", () => {
    const s = started([planned("a", REQUIRED)]);
    s.completes("x");
    expect(s.when(decision("reject_gate", "a", { notes: "shorter" }))).toEqual([
      "gate_rejected",
      "job_paused",
    ]);
    expect(s.job.status).toBe("paused");
    expect(s.when(resume({ notes: "and calmer" }))).toEqual(["job_resumed"]);
    s.when({ type: "start_stage" });
    expect(s.job.stages[0]?.feedback).toEqual([
      { beat_id: null, notes: "shorter" },
      { beat_id: null, notes: "and calmer" },
    ]);
    s.completes("x");
    expect(s.job.status).toBe("needs_approval");
  });

  it("reject with a patch lays the patch, approves and goes on", () => {
    const s = started([planned("a", REQUIRED), planned("b")]);
    s.completes("x");
    expect(s.when(decision("reject_gate", "a", { patch: content("x", "new") }))).toEqual([
      "gate_rejected",
      "gate_opened",
      "patch_applied",
      "artifact_created",
      "gate_approved",
      "stage_started",
    ]);
    expect(s.job.artifacts[0]).toMatchObject({ version: 2, sha256: output("x", "new").sha256 });
    expect(s.job.gates[0]?.artifact_sha256s).toEqual([output("x", "new").sha256]);
    expect(s.job.stages[0]?.patches).toHaveLength(1);
  });

  it("approve with a patch that needs a rebuild runs the stage again and does not ask twice", () => {
    const s = started([planned("a", REQUIRED), planned("b")]);
    s.completes("x");
    expect(s.when(decision("approve_gate", "a", { patch: rebuild }))).toEqual([
      "patch_applied",
      "gate_approved",
      "stage_started",
    ]);
    expect(s.job.running?.stage).toBe("a");
    expect(s.completes("x")).toEqual(["stage_completed", "stage_started"]);
    expect(s.job.running?.stage).toBe("b");
  });

  it("resume with a patch after a reject applies it and goes on", () => {
    const s = started([planned("a", REQUIRED), planned("b")]);
    s.completes("x");
    s.when(decision("reject_gate", "a"));
    expect(s.when(resume({ patch: content("x", "new") }))).toEqual([
      "job_resumed",
      "gate_opened",
      "patch_applied",
      "artifact_created",
      "gate_approved",
    ]);
    expect(s.when({ type: "start_stage" })).toEqual(["stage_started"]);
    expect(s.job.running?.stage).toBe("b");
  });

  it.each([
    [{ required: false, auto_approve: true }, "interactive", "gate_auto_approved", "auto"],
    [{ required: true }, "automated", "gate_auto_approved", "automation"],
  ] as const)("%o in %s mode is approved at once", (gate, mode, type, by) => {
    const s = started([planned("a", gate), planned("b")], mode);
    expect(s.completes()).toEqual(["stage_completed", "gate_opened", type, "stage_started"]);
    expect(s.job.gates[0]).toMatchObject({ approved: true, by, auto_approved: true });
    expect(s.log.every((e) => s.job.status !== "needs_approval" || e.type !== "gate_opened")).toBe(true);
  });

  it("even_in_automation waits in an automated job too", () => {
    const s = started([planned("a", { required: true, even_in_automation: true })], "automated");
    s.completes();
    expect(s.job.status).toBe("needs_approval");
  });

  it.each([
    ["approve", "running", ["gate_auto_approved"]],
    ["reject", "paused", ["gate_rejected", "job_paused"]],
    ["cancel", "canceled", ["gate_rejected", "job_canceled"]],
  ] as const)("on_timeout %s leaves the job %s", (on_timeout, status, events) => {
    const s = started([planned("a", { required: true, auto_approve_after_s: 60, on_timeout }), planned("b")]);
    s.completes();
    expect(s.job.timers).toHaveLength(1);
    s.wait(59.999);
    expect(s.when({ type: "fire_timer", timer_id: "gate:a" })).toEqual([]);
    s.wait(0.001);
    expect(s.when({ type: "fire_timer", timer_id: "gate:a" })).toEqual(events);
    expect(s.job).toMatchObject({ status, timers: [] });
    expect(s.job.gates[0]).toMatchObject({ by: "timer", approved: on_timeout === "approve" });
  });

  it("a gate whose timer canceled the job is decided, and asks anew when the job is retried", () => {
    const gate = { required: true, auto_approve_after_s: 60, on_timeout: "cancel" } as const;
    const s = started([planned("a", gate), planned("b")]);
    s.completes("x");
    s.wait(60);
    s.when({ type: "fire_timer", timer_id: "gate:a" });
    const notes = "the gate a was not decided in time: job canceled";
    expect(s.job.gates[0]).toMatchObject({
      approved: false,
      by: "timer",
      at: new Date(s.now).toISOString(),
      notes,
    });
    expect(s.refused(decision("approve_gate", "a"))).toBe("gate_already_decided");
    s.when({ type: "retry_job", by: "ada", from_stage: null });
    s.when({ type: "start_job" });
    expect(s.job.stages[0]?.feedback).toEqual([]);
    s.completes("x");
    expect(s.job).toMatchObject({ status: "needs_approval", gates: [{ approved: null, by: null }] });
  });

  it("a timer set before there was a steady clock keeps its time and counts steadily from the first recount on", () => {
    const gate = { required: true, auto_approve_after_s: 60, remind_after_s: 30 };
    const s = started([planned("a", gate), planned("b")]);
    s.completes();
    const before = s.job.timers;
    expect(before.map((t) => t.due)).toEqual([undefined, undefined]);
    const at = (wall: number, elapsed_ms: number, state = s.job) => ({
      recount: () => decide(state, { type: "recount_timers" }, wall, { boot: "b", elapsed_ms }),
      fire: () => decide(state, { type: "fire_timer", timer_id: "gate:a" }, wall, { boot: "b", elapsed_ms }),
    });
    const [event] = at(s.now + 10_000, 7000).recount();
    if (event === undefined) throw new Error("nothing was recounted");
    expect(event).toMatchObject({ type: "gate_rescheduled", payload: { cause: "restart", step_ms: 0 } });
    const tied = evolve(s.job, event);
    expect(tied.timers.map((t) => t.fire_at)).toEqual(before.map((t) => t.fire_at));
    expect(at(s.now + 10_000, 7000, tied).recount()).toEqual([]);
    expect(at(s.now + 3_600_000, 56_999, tied).fire()).toEqual([]);
    expect(
      at(s.now - 3_600_000, 57_000, tied)
        .fire()
        .map((e) => e.type),
    ).toContain("gate_auto_approved");
    // A clock that reads less than when the timers were set has begun anew: only the wall clock is left to go by.
    expect(at(s.now + 20_000, 100, tied).recount()).toMatchObject([{ payload: { cause: "restart" } }]);
    expect(at(s.now + 60_000, 100, tied).fire()).not.toEqual([]);
  });

  it("a decision cancels the timer, and the timer then does nothing", () => {
    const s = started([planned("a", { auto_approve_after_s: 1 }), planned("b")]);
    s.completes();
    s.when(decision("approve_gate", "a"));
    s.wait(5);
    expect(s.job.timers).toEqual([]);
    expect(s.when({ type: "fire_timer", timer_id: "gate:a" })).toEqual([]);
  });

  it("counts different names towards min_approvals", () => {
    const s = started([
      planned("a", { required: true, min_approvals: 2, approvers: ["ada", "bob"] }),
      planned("b"),
    ]);
    s.completes();
    s.when(decision("approve_gate", "a"));
    expect(s.job.status).toBe("needs_approval");
    expect(s.refused(decision("approve_gate", "a"))).toBe("gate_already_decided");
    expect(s.refused(decision("approve_gate", "a", { by: "eve" }))).toBe("approver_not_allowed");
    s.when(decision("approve_gate", "a", { by: "bob" }));
    expect(s.job.running?.stage).toBe("b");
  });

  it("refuses a second decision, an unknown stage, a gate not open and an old version", () => {
    const s = started([planned("a", REQUIRED), planned("b", REQUIRED), planned("c")]);
    expect(s.refused(decision("approve_gate", "a"))).toBe("gate_not_open");
    s.completes("x");
    expect(s.refused(decision("approve_gate", "a", { artifact_sha256s: ["f".repeat(64)] }))).toBe(
      "gate_stale_artifact",
    );
    s.when(decision("approve_gate", "a"));
    expect(s.refused(decision("reject_gate", "a"))).toBe("gate_already_decided");
    expect(s.refused(decision("approve_gate", "zzz"))).toBe("stage_not_found");
    expect(s.refused(decision("approve_gate", "c"))).toBe("gate_not_open");
  });
});

describe("patches", () => {
  it("to an earlier stage make what was built on it stale and run it again", () => {
    const s = started([planned("a"), planned("b", REQUIRED), planned("c")]);
    s.completes("x");
    s.completes("y");
    expect(s.when({ type: "apply_patch", by: "ada", stage: "a", patch: content("x", "new") })).toEqual([
      "gate_voided",
      "patch_applied",
      "artifact_created",
    ]);
    expect(s.job).toMatchObject({ status: "running", position: 1, running: null });
    expect(s.job.stages[1]?.status).toBe("stale");
    s.when({ type: "start_stage" });
    s.completes("y");
    expect(s.job.status).toBe("needs_approval");
  });

  it("interrupt what runs on the old version", () => {
    const s = started([planned("a"), planned("b")]);
    s.completes("x");
    expect(s.when({ type: "apply_patch", by: "ada", stage: "a", patch: content("x", "new") })[0]).toBe(
      "stage_interrupted",
    );
    s.when({ type: "start_stage" });
    expect(s.job.running).toMatchObject({ stage: "b", attempt: 2 });
  });

  it("reopen a completed job from the stage after", () => {
    const s = started([planned("a"), planned("b")]);
    s.completes("x");
    s.completes("y");
    s.when({ type: "apply_patch", by: "ada", stage: "a", patch: content("x", "new") });
    expect(s.job).toMatchObject({ status: "queued", position: 1 });
  });

  it("are refused when made on an older version, when nothing changes, or when there is nothing yet", () => {
    const s = started([planned("a"), planned("b")]);
    expect(s.refused({ type: "apply_patch", by: "ada", stage: "a", patch: rebuild })).toBe(
      "patch_target_missing",
    );
    s.completes("x");
    const old = content("x", "new");
    expect(
      s.refused({
        type: "apply_patch",
        by: "ada",
        stage: "a",
        patch: { ...old, effect: { ...old.effect, base_sha256: "f".repeat(64) } },
      }),
    ).toBe("version_conflict");
    expect(s.refused({ type: "apply_patch", by: "ada", stage: "a", patch: content("x", "x") })).toBe(
      "patch_no_change",
    );
  });
});
