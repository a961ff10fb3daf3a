import type { GateConfig } from "@greenlight/contract/gate";
import type { JobState } from "./state.ts";

/** Sha256 of every artifact of a stage as it stands, in the order of the artifacts. */
export function standing(state: JobState, stage: string): string[] {
  return state.artifacts.filter((a) => a.stage === stage).map((a) => a.sha256);
}

/** Whether two sets of versions are the same, in whatever order. */
export function sameVersions(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && [...a].sort().join() === [...b].sort().join();
}

/**
 * Whether the approval of a stage's gate covers what the stage has made: the very versions that were approved, or what
 * came of a patch that was approved with them. True where there is no gate to ask.
 */
export function approvalStands(state: JobState, stage: string): boolean {
  const gate = state.gates.find((g) => g.stage === stage);
  if (gate === undefined) return true;
  if (gate.approved !== true) return false;
  const ahead = state.stages.find((s) => s.id === stage)?.approved_ahead === true;
  // In order: two files that swapped their contents are not what was approved.
  return ahead || gate.artifact_sha256s.join() === standing(state, stage).join();
}

/** Whether a gate is open, or closed by a pause with approvals that will count when it opens again. */
export function isCounting(state: JobState, stage: string): boolean {
  const gate = state.gates.find((g) => g.stage === stage);
  return gate?.approved === null && (gate.opened_at !== null || gate.approvals.length > 0);
}

export function gateConfigOf(state: JobState, stage: string): GateConfig | null {
  return state.plan.find((s) => s.id === stage)?.gate ?? null;
}

/** Whether a gate of the job may ever have a timer. Only then does `decide` ask what the steady clock says. */
export function hasTimedGate({ plan }: JobState): boolean {
  return plan.some(
    ({ gate }) => gate && (gate.auto_approve_after_s !== null || gate.remind_after_s !== null),
  );
}
