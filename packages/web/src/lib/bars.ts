/** Why something cannot be done here and now, as a sentence; null where it can. What is barred is shown with its bar. */
import type { Action, Me } from "@greenlight/contract/access";
import type { GateStatus } from "@greenlight/contract/gate";
import type { Job } from "@greenlight/contract/job";
import { clockWords, listWords, stageWords } from "./words.ts";

export type Bar = string | null;

const DOING: Record<Action, string> = {
  submit: "Submitting a job",
  approve: "Approving",
  reject: "Rejecting",
  resume: "Resuming",
  apply_patch: "Changing an output",
  upload: "Uploading",
  pause: "Pausing",
  cancel: "Canceling",
  retry: "Running a job again",
  redeliver: "Sending a message again",
  test_webhook: "Sending a test message",
  speak_for_others: "Deciding for somebody else",
};

export function roleBar(me: Me, action: Action): Bar {
  const { allowed, least_role } = me.may[action];
  return allowed ? null : `${DOING[action]} takes the role ${least_role}; yours is ${me.role}.`;
}

/** Of several actions whose buttons stand together, in one sentence for each role they take. */
export function roleBars(me: Me, actions: readonly Action[]): Bar[] {
  const barred = actions.filter((action) => !me.may[action].allowed);
  const roles = [...new Set(barred.map((action) => me.may[action].least_role))];
  return roles.map((role) => {
    const [first = "", ...others] = barred.flatMap((action) =>
      me.may[action].least_role === role ? [DOING[action]] : [],
    );
    const doing = listWords([first, ...others.map((words) => words.toLowerCase())]);
    return `${doing} ${others.length > 0 ? "take" : "takes"} the role ${role}; yours is ${me.role}.`;
  });
}

/** Whether `by` may decide this open gate at all. */
export function gateBar(me: Me, by: string, gate: GateStatus): Bar {
  const role = roleBar(me, "approve");
  if (role !== null) return role;
  if (gate.approvers.length === 0 || gate.approvers.includes(by)) return null;
  return `${stageWords(gate.stage)} is decided by ${listWords(gate.approvers)}.`;
}

export function approvalBar(me: Me, by: string, gate: GateStatus, job: Job): Bar {
  const bar = gateBar(me, by, gate);
  if (bar !== null) return bar;
  const given = gate.approvals.find((approval) => approval.by === by);
  const who = by === me.name ? "You" : by;
  if (given) return `${who} approved this at ${clockWords(given.at)}; it needs another name.`;
  if (gate.no_self_approval && by === job.submitted_by)
    return `${who} submitted the job; somebody else must approve here.`;
  return null;
}

/** Whether a finished stage's output can be changed now. */
export function patchBar(me: Me, job: Job, stage: string): Bar {
  const role = roleBar(me, "apply_patch");
  if (role !== null) return role;
  if (job.status === "canceled") return "The job is canceled: retry it, then change its outputs.";
  const status = job.stages.find((one) => one.id === stage)?.status;
  if (status === "completed") return null;
  return status === "running"
    ? `${stageWords(stage)} is running: wait until it has ended.`
    : `${stageWords(stage)} has no finished output to change.`;
}
