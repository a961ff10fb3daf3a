import type { GateConfig } from "@greenlight/contract/gate";
import { expect, it } from "vitest";
import type { Command, PreparedPatch } from "./commands.ts";
import { decision, planned, REQUIRED, started } from "./testing/scenario.ts";

const patch: PreparedPatch = {
  patch: { type: "level_adjust", level_change_db: 1 },
  effect: { kind: "rebuild" },
};
/** A job of `tester` that waits at its gate. */
function atGate(gate: Partial<GateConfig>) {
  const s = started([planned("a", { ...REQUIRED, ...gate })]);
  s.completes("x");
  return s;
}
const resume = (by: string): Command => ({ type: "resume_job", by, stage: null, notes: null, patch });

it.each<[Partial<GateConfig>, string, string]>([
  [{ approvers: ["ada"] }, "eve", "approver_not_allowed"],
  [{ no_self_approval: true }, "tester", "self_approval_refused"],
])("with %j no way around the gate is open to %s", (gate, by, code) => {
  const s = atGate(gate);
  expect(s.refused(decision("approve_gate", "a", { by }))).toBe(code);
  expect(s.refused(decision("approve_gate", "a", { by, patch }))).toBe(code);
  expect(s.refused(decision("reject_gate", "a", { by, patch }))).toBe(code);
  s.when(decision("reject_gate", "a", { by: "ada" }));
  expect(s.refused(resume(by))).toBe(code);
  expect(s.when(resume("ada"))).toContain("gate_approved");
});

it("one who has approved may still reject, also with a patch, which then counts as the first approval", () => {
  const s = atGate({ min_approvals: 2 });
  s.when(decision("approve_gate", "a", { by: "ada" }));
  const target = s.job.artifacts[0];
  const content: PreparedPatch = {
    patch: { type: "replace", content: "new" },
    effect: {
      kind: "content",
      artifact_id: target?.id ?? "",
      base_sha256: target?.sha256 ?? "",
      sha256: "f".repeat(64),
      size_bytes: 3,
    },
  };
  s.when(decision("reject_gate", "a", { by: "ada", patch: content }));
  expect(s.job.gates[0]?.approvals.map((a) => [a.by, a.artifact_sha256s])).toEqual([
    ["ada", ["f".repeat(64)]],
  ]);
  expect(s.job.status).toBe("needs_approval");
});

it("a retry of a canceled job tells that the approvals so far no longer count", () => {
  const s = atGate({ min_approvals: 2 });
  s.when(decision("approve_gate", "a", { by: "ada" }));
  s.when({ type: "cancel_job", by: "ada", notes: null });
  expect(s.when({ type: "retry_job", by: "ada", from_stage: null })).toEqual(["gate_voided", "job_retried"]);
  expect(s.log.findLast((e) => e.type === "gate_voided")?.payload).toMatchObject({ by: ["ada"] });
  expect(s.job.status).toBe("queued");
});

it("notes that come with the patch they ask for leave nothing to heed, by whichever way they come", () => {
  const content = (s: ReturnType<typeof atGate>): PreparedPatch => ({
    patch: { type: "replace", content: "new" },
    effect: {
      ...{ kind: "content", artifact_id: s.job.artifacts[0]?.id ?? "", sha256: "f".repeat(64) },
      ...{ base_sha256: s.job.artifacts[0]?.sha256 ?? "", size_bytes: 3 },
    },
  });
  const byResume = atGate({});
  byResume.when(decision("reject_gate", "a"));
  const notes = "new, please";
  byResume.when({ type: "resume_job", by: "ada", stage: null, notes, patch: content(byResume) });
  const byReject = atGate({});
  byReject.when(decision("reject_gate", "a", { notes, patch: content(byReject) }));
  expect([byResume, byReject].map((s) => s.job.stages[0]?.feedback)).toEqual([[], []]);
  expect([byResume, byReject].map((s) => s.job.status)).toEqual(["completed", "completed"]);
});
