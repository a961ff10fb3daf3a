import { describe, expect, it } from "vitest";
import type { PreparedPatch } from "./commands.ts";
import {
  completion,
  decision,
  output,
  planned,
  REQUIRED,
  type Scenario,
  started,
} from "./testing/scenario.ts";

const versions = (s: Scenario, stage: string) => s.job.artifacts.filter((a) => a.stage === stage);
const gateOf = (s: Scenario, stage: string) => s.job.gates.find((g) => g.stage === stage);

/** A patch that turns the stage's one artifact into `content`. */
function content(s: Scenario, stage: string, text: string): PreparedPatch {
  const target = versions(s, stage)[0];
  const next = output("p", text);
  return {
    patch: { type: "replace", content: text },
    effect: {
      kind: "content",
      artifact_id: target?.id ?? "none",
      base_sha256: target?.sha256 ?? "",
      sha256: next.sha256,
      size_bytes: 1,
    },
  };
}

const REBUILD: PreparedPatch = {
  patch: { type: "level_adjust", level_change_db: 1 },
  effect: { kind: "rebuild" },
};

function patch(s: Scenario, stage: string, prepared: PreparedPatch): string[] {
  return s.when({ type: "apply_patch", by: "bob", stage, patch: prepared });
}

const rerun = (s: Scenario, name: string, text = name) => s.when(completion(s.token, [output(name, text)]));

/** Three stages, gates after the first two, both approved by ada, all done. */
function finished(first = {}, second = {}): Scenario {
  const s = started([
    planned("a", { ...REQUIRED, ...first }),
    planned("b", { ...REQUIRED, ...second }),
    planned("c"),
  ]);
  s.completes("x");
  s.when(decision("approve_gate", "a"));
  s.completes("y");
  s.when(decision("approve_gate", "b"));
  s.completes("z");
  expect(s.job.status).toBe("completed");
  return s;
}

describe("an approval names what was looked at", () => {
  it("is voided by a patch of an ended job, and the gate asks again before anything is rebuilt", () => {
    const s = finished();
    const events = patch(s, "a", content(s, "a", "new"));
    expect(events).toEqual([
      "patch_applied",
      "artifact_created",
      "job_retried",
      "gate_voided",
      "gate_opened",
    ]);
    expect([s.job.status, s.job.position, gateOf(s, "a")?.approved]).toEqual(["needs_approval", 0, null]);
    expect(gateOf(s, "a")?.artifact_sha256s).toEqual(versions(s, "a").map((v) => v.sha256));
    s.when(decision("approve_gate", "a", { by: "bob" }));
    expect(s.job.running?.stage).toBe("b");
  });

  it("of a later gate stands when its stage makes the same again", () => {
    const s = finished();
    patch(s, "a", content(s, "a", "new"));
    s.when(decision("approve_gate", "a"));
    expect(rerun(s, "y")).toEqual(["stage_completed", "stage_started"]);
    expect([gateOf(s, "b")?.approved, gateOf(s, "b")?.by]).toEqual([true, "ada"]);
    rerun(s, "z");
    expect(s.job.status).toBe("completed");
  });

  it("of a later gate is voided when its stage makes something else", () => {
    const s = finished();
    patch(s, "a", content(s, "a", "new"));
    s.when(decision("approve_gate", "a"));
    expect(rerun(s, "y", "other")).toEqual([
      "artifact_created",
      "stage_completed",
      "gate_voided",
      "gate_opened",
    ]);
    const voided = s.log.findLast((e) => e.type === "gate_voided");
    expect(voided?.payload).toMatchObject({ cause: "changed", by: ["ada"] });
    expect(voided?.type === "gate_voided" && voided.payload.artifact_sha256s).toEqual([output("y").sha256]);
    expect(s.job.status).toBe("needs_approval");
  });

  it("with reopen: never lets the changed version pass, and says that the policy did", () => {
    const s = finished({ reopen: "never" }, { reopen: "never" });
    expect(patch(s, "a", content(s, "a", "new"))).toEqual([
      "patch_applied",
      "artifact_created",
      "job_retried",
      "gate_auto_approved",
    ]);
    s.when({ type: "start_job" });
    expect(rerun(s, "y", "other")).toContain("gate_auto_approved");
    expect(gateOf(s, "b")).toMatchObject({ approved: true, by: "policy", auto_approved: true });
  });

  it("with reopen: always asks again even where nothing changed", () => {
    const s = finished({}, { reopen: "always" });
    patch(s, "a", content(s, "a", "new"));
    expect(gateOf(s, "b")?.approved).toBeNull();
    s.when(decision("approve_gate", "a"));
    rerun(s, "y");
    expect(s.job.status).toBe("needs_approval");
  });

  it("is asked for anew by a retry that says so", () => {
    const s = finished();
    s.when({ type: "retry_job", by: "bob", from_stage: "a", reopen: true });
    s.when({ type: "start_job" });
    expect(rerun(s, "x")).toEqual(["stage_completed", "gate_opened"]);
  });

  it("covers what comes of a rebuild patch approved with it", () => {
    const s = started([planned("a", REQUIRED), planned("b")]);
    s.completes("x");
    s.when(decision("approve_gate", "a", { patch: REBUILD }));
    expect(s.job.running?.stage).toBe("a");
    expect(rerun(s, "x", "louder")).toEqual(["artifact_created", "stage_completed", "stage_started"]);
    expect(gateOf(s, "a")?.artifact_sha256s).toEqual([output("x", "louder").sha256]);
  });

  it("ahead of a patch is lost when the patch no longer applies", () => {
    const s = started([planned("a", REQUIRED), planned("b")]);
    s.completes("x");
    s.when(decision("approve_gate", "a", { patch: REBUILD }));
    s.when(
      completion(s.token, [output("x", "unpatched")], true, [
        { patch: REBUILD.patch, code: "patch_not_applicable", message: "gone" },
      ]),
    );
    expect([s.job.status, s.job.position, gateOf(s, "a")?.approved]).toEqual(["needs_approval", 0, null]);
  });

  it("ahead of a patch is lost when the job goes back before it is made", () => {
    const s = started([planned("a"), planned("b", REQUIRED), planned("c")]);
    s.completes("x");
    s.completes("y");
    s.when(decision("approve_gate", "b", { patch: REBUILD }));
    patch(s, "a", content(s, "a", "new"));
    s.when({ type: "start_stage" });
    rerun(s, "y", "made from the new a");
    expect([s.job.status, gateOf(s, "b")?.approved]).toEqual(["needs_approval", null]);
  });

  it("does not cover two files that swapped their contents", () => {
    const s = started([planned("a", REQUIRED), planned("b")]);
    s.when(completion(s.token, [output("x", "one"), output("y", "two")]));
    s.when(decision("approve_gate", "a"));
    s.when({ type: "cancel_job", by: "ada", notes: null });
    s.when({ type: "retry_job", by: "ada", from_stage: "a" });
    s.when({ type: "start_job" });
    s.when(completion(s.token, [output("x", "two"), output("y", "one")]));
    expect(s.job.status).toBe("needs_approval");
  });

  it("does not cover notes that came in between", () => {
    const s = started([planned("a", REQUIRED), planned("b")]);
    s.completes("x");
    s.when(decision("approve_gate", "a", { patch: REBUILD }));
    s.when({ type: "pause_job", by: "bob", now: true });
    s.when({ type: "interrupt_stage", token: s.token, reason: "pause" });
    s.when({ type: "resume_job", by: "bob", stage: null, notes: "all red", patch: null });
    s.when({ type: "start_stage" });
    rerun(s, "x", "red");
    expect(s.job.status).toBe("needs_approval");
  });

  it("is refused for fewer versions than stand at the gate", () => {
    const s = started([planned("a", REQUIRED), planned("b")]);
    s.completes("x", "z");
    const some = { artifact_sha256s: [output("x").sha256] };
    expect(s.refused(decision("approve_gate", "a", some))).toBe("gate_stale_artifact");
    expect(s.refused(decision("approve_gate", "a", { artifact_sha256s: [] }))).toBe("gate_stale_artifact");
    s.when(decision("approve_gate", "a", { artifact_sha256s: [output("z").sha256, output("x").sha256] }));
    expect(s.job.status).toBe("running");
  });

  it("does not cover a rebuild patch sent later", () => {
    const s = finished();
    patch(s, "b", REBUILD);
    s.when({ type: "start_job" });
    expect(rerun(s, "y", "louder")).toContain("gate_voided");
    expect(s.job.status).toBe("needs_approval");
  });

  it("keeps a paused job paused; the gate opens when it is resumed", () => {
    const s = started([planned("a", REQUIRED), planned("b"), planned("c")]);
    s.completes("x");
    s.when(decision("approve_gate", "a"));
    s.when({ type: "pause_job", by: "ada", now: false });
    s.completes("y");
    expect(s.job.status).toBe("paused");
    patch(s, "a", content(s, "a", "new"));
    expect([s.job.status, gateOf(s, "a")?.opened_at]).toEqual(["paused", null]);
    const resume = { type: "resume_job", by: "ada", stage: null, notes: null, patch: null } as const;
    expect(s.when(resume)).toEqual(["job_resumed", "gate_opened"]);
    expect(s.job.status).toBe("needs_approval");
  });

  it("of an automated job is given again without a person", () => {
    const s = started([planned("a", REQUIRED), planned("b")], "automated");
    s.completes("x");
    s.completes("y");
    patch(s, "a", content(s, "a", "new"));
    expect(s.job.status).toBe("queued");
    expect(gateOf(s, "a")).toMatchObject({ approved: true, by: "automation" });
    s.when({ type: "start_job" });
    rerun(s, "y");
    expect(s.job.status).toBe("completed");
  });

  it("of the last stage brings an ended job back to its gate", () => {
    const s = started([planned("a"), planned("b", REQUIRED)]);
    s.completes("x");
    s.completes("y");
    s.when(decision("approve_gate", "b"));
    patch(s, "b", content(s, "b", "new"));
    expect([s.job.status, s.job.position]).toEqual(["needs_approval", 1]);
    s.when(decision("approve_gate", "b", { by: "bob" }));
    expect(s.job.status).toBe("completed");
  });
});

describe("several approvers", () => {
  const two = () => {
    const s = started([planned("a", { ...REQUIRED, min_approvals: 2 }), planned("b")]);
    s.completes("x");
    return s;
  };

  it("count once each, and for the versions they saw", () => {
    const s = two();
    s.when(decision("approve_gate", "a"));
    expect(s.refused(decision("approve_gate", "a"))).toBe("gate_already_decided");
    expect(gateOf(s, "a")?.approvals.map((x) => x.by)).toEqual(["ada"]);
    const events = s.when(decision("approve_gate", "a", { by: "bob", patch: content(s, "a", "new") }));
    expect(events).toEqual([
      "patch_applied",
      "artifact_created",
      "gate_voided",
      "gate_opened",
      "gate_approved",
    ]);
    const voided = s.log.findLast((e) => e.type === "gate_voided");
    expect(voided?.type === "gate_voided" && voided.payload.artifact_sha256s).toEqual([output("x").sha256]);
    expect([s.job.status, gateOf(s, "a")?.approvals.map((x) => x.by)]).toEqual(["needs_approval", ["bob"]]);
    s.when(decision("approve_gate", "a"));
    expect(gateOf(s, "a")).toMatchObject({ approved: true, by: "ada" });
  });

  it("cannot approve what a patch will only make", () => {
    const s = two();
    expect(s.refused(decision("approve_gate", "a", { patch: REBUILD }))).toBe("patch_not_applicable");
    expect(s.refused(decision("reject_gate", "a", { patch: REBUILD }))).toBe("patch_not_applicable");
  });

  it("does not let the submitter approve where that is forbidden, on no path", () => {
    const s = started([planned("a", { ...REQUIRED, no_self_approval: true }), planned("b")]);
    s.completes("x");
    const self = { by: "tester" };
    expect(s.refused(decision("approve_gate", "a", self))).toBe("self_approval_refused");
    expect(s.refused(decision("reject_gate", "a", { ...self, patch: content(s, "a", "n") }))).toBe(
      "self_approval_refused",
    );
    s.when(decision("reject_gate", "a", self));
    const resume = { type: "resume_job", by: "tester", stage: null, notes: null } as const;
    expect(s.refused({ ...resume, patch: content(s, "a", "n") })).toBe("self_approval_refused");
    s.when({ ...resume, by: "ada", patch: content(s, "a", "n") });
    expect(s.job.status).toBe("running");
  });
});

describe("a patch at a gate that has a timer", () => {
  const timed = () => {
    const s = started([planned("a", { required: true, auto_approve_after_s: 60, remind_after_s: 30 })]);
    s.completes("x");
    s.wait(59);
    return s;
  };
  const GATE = { type: "fire_timer", timer_id: "gate:a" } as const;

  it("leaves as long to look at the new version as there was for the old one", () => {
    const s = timed();
    expect(patch(s, "a", content(s, "a", "new"))).toEqual([
      "patch_applied",
      "artifact_created",
      "gate_opened",
    ]);
    s.wait(59);
    expect(s.when(GATE)).toEqual([]);
    s.wait(1);
    expect(s.when(GATE)).toContain("gate_auto_approved");
  });

  it("approved with it closes the gate without opening it anew", () => {
    const s = timed();
    expect(s.when(decision("approve_gate", "a", { patch: content(s, "a", "new") }))).toEqual([
      "patch_applied",
      "artifact_created",
      "gate_approved",
      "job_completed",
    ]);
    expect(s.job.timers).toEqual([]);
  });

  it.each(["patch", "retry"] as const)("leaves no timer behind a step back by %s", (how) => {
    const s = started([planned("a"), planned("b", { required: true, auto_approve_after_s: 60 })]);
    s.completes("x");
    s.completes("y");
    expect(s.job.timers).toHaveLength(1);
    if (how === "patch") patch(s, "a", content(s, "a", "new"));
    else {
      s.when({ type: "cancel_job", by: "ada", notes: null });
      s.when({ type: "retry_job", by: "ada", from_stage: "a" });
    }
    expect(s.job.timers).toEqual([]);
  });
});

describe("a reminder", () => {
  it("comes once before the timer decides, and not after a decision", () => {
    const gate = { ...REQUIRED, auto_approve_after_s: 60, remind_after_s: 20 };
    const s = started([planned("a", gate), planned("b", gate)]);
    s.completes("x");
    s.wait(19);
    expect(s.when({ type: "fire_timer", timer_id: "remind:a" })).toEqual([]);
    s.wait(1);
    expect(s.when({ type: "fire_timer", timer_id: "remind:a" })).toEqual(["gate_reminded"]);
    expect(s.when({ type: "fire_timer", timer_id: "remind:a" })).toEqual([]);
    expect(s.job.timers.map((t) => t.id)).toEqual(["gate:a"]);
    s.when(decision("approve_gate", "a"));
    s.completes("y");
    s.when(decision("approve_gate", "b"));
    expect(s.job.timers).toEqual([]);
  });
});

describe("going back", () => {
  it("from a rejected gate to an earlier stage, with notes for it and without its patches", () => {
    const s = started([planned("a", REQUIRED), planned("b", REQUIRED)]);
    s.completes("x");
    s.when(decision("approve_gate", "a", { patch: content(s, "a", "new") }));
    s.completes("y");
    s.when(decision("reject_gate", "b"));
    s.when({
      type: "resume_job",
      by: "ada",
      stage: "a",
      notes: "shorter",
      patch: null,
      keep_patches: false,
    });
    expect([s.job.status, s.job.position]).toEqual(["running", 0]);
    expect(s.job.stages[0]).toMatchObject({ patches: [], feedback: [{ beat_id: null, notes: "shorter" }] });
    expect(s.refused({ type: "resume_job", by: "ada", stage: "b", notes: null, patch: null })).toBe(
      "invalid_transition",
    );
  });

  it("without the notes given before, where they are let go of: only the new ones count, also for a kept patch", () => {
    const s = started([planned("a", REQUIRED), planned("b", REQUIRED)]);
    s.completes("x");
    s.when(decision("reject_gate", "a", { notes: "too much" }));
    s.when({ type: "resume_job", by: "ada", stage: null, notes: "more", patch: null });
    s.when({ type: "start_stage" });
    s.completes("y");
    s.when(decision("approve_gate", "a", { patch: content(s, "a", "new") }));
    expect(s.job.stages[0]).toMatchObject({ notes_before: [2] });
    s.completes("z");
    s.when(decision("approve_gate", "b"));
    s.when({ type: "retry_job", by: "ada", from_stage: "a", notes: "calmer", keep_notes: false });
    expect(s.job.stages[0]).toMatchObject({
      feedback: [{ beat_id: null, notes: "calmer" }],
      patches: [{ type: "replace" }],
      notes_before: [0],
    });
  });

  it("lets go of the notes of a stage that is not done, and refuses where none runs again", () => {
    const s = started([planned("a", REQUIRED)]);
    s.completes("x");
    s.when(decision("reject_gate", "a", { notes: "too much" }));
    s.when({ type: "resume_job", by: "ada", stage: null, notes: null, patch: null });
    s.when({ type: "pause_job", by: "ada", now: false });
    expect(s.job.stages[0]).toMatchObject({ feedback: [{ notes: "too much" }] });
    const resume = { type: "resume_job", by: "ada", stage: null, notes: null, patch: null } as const;
    s.when({ ...resume, keep_notes: false });
    expect(s.job.stages[0]?.feedback).toEqual([]);
    s.when({ type: "start_stage" });
    s.completes("y");
    s.when({ type: "pause_job", by: "ada", now: false });
    expect(s.job.status).toBe("paused");
    expect(s.refused({ ...resume, keep_notes: false })).toBe("invalid_field");
  });

  it("single beats of a reject reach the stage one by one", () => {
    const s = started([planned("a", REQUIRED), planned("b")]);
    s.completes("x");
    s.when(decision("reject_gate", "a", { notes: "calmer", beats: [{ beat_id: "b02", notes: "" }] }));
    expect(s.job.stages[0]?.feedback).toEqual([
      { beat_id: null, notes: "calmer" },
      { beat_id: "b02", notes: "" },
    ]);
  });
});
