import type { Draft } from "./draft.ts";
import type { VoidCause } from "./events.ts";
import { indexOf } from "./fold.ts";
import { approvalStands, gateConfigOf, standing } from "./gates.ts";

/**
 * Opens the gate of a finished stage as the gate table says (CONTRACT section 4): a required gate waits; one with
 * `auto_approve_after_s` waits that long; one with only `auto_approve` is approved at once, as is every gate of an
 * automated job unless it holds `even_in_automation`. Returns whether the job now waits.
 */
export function openGate(draft: Draft, stage: string): boolean {
  const config = gateConfigOf(draft.state, stage);
  if (!config) return false;
  const automation = draft.state.mode === "automated" && !config.even_in_automation;
  const timed = config.auto_approve_after_s !== null;
  const atOnce = automation || (!config.required && config.auto_approve && !timed);
  const artifact_sha256s = emitGateOpened(draft, stage, !atOnce);
  if (!atOnce) return true;
  draft.emit("gate_auto_approved", stage, { by: automation ? "automation" : "auto", artifact_sha256s });
  return false;
}

/** Opens the gate for what the stage made last; returns the versions that stand at it. */
export function emitGateOpened(draft: Draft, stage: string, waits: boolean): string[] {
  const config = gateConfigOf(draft.state, stage);
  const at = (after: number | null | undefined) =>
    waits && after !== null && after !== undefined ? draft.at(after) : null;
  const artifact_sha256s = standing(draft.state, stage);
  const timeout_at = at(config?.auto_approve_after_s);
  const remind_at = at(config?.remind_after_s);
  draft.emit("gate_opened", stage, {
    required: config?.required ?? false,
    waits,
    artifact_sha256s,
    timeout_at,
    remind_at,
    ...(draft.steady && (timeout_at ?? remind_at) !== null && { clock: draft.steady }),
  });
  return artifact_sha256s;
}

/**
 * What the gate of a stage does once the stage has run (again): an approval that still covers what was made stands; one
 * of other versions is voided and the gate opens again, unless its policy is never to ask twice, or a pause was asked for,
 * after which it opens. Returns whether the job now waits.
 */
export function settleGate(draft: Draft, stage: string): boolean {
  if (approvalStands(draft.state, stage)) return false;
  const asks = dropOldApproval(draft, stage, `what ${stage} makes has changed`);
  return asks && draft.state.pause_requested === null && openGate(draft, stage);
}

/**
 * Lets go of an approval whose versions have changed. Returns whether the gate must be asked again: not where its policy
 * is `reopen: never`, which approves the new versions on the spot.
 */
export function dropOldApproval(draft: Draft, stage: string, reason: string): boolean {
  const gate = draft.state.gates.find((g) => g.stage === stage);
  if (gate?.approved !== true) return true;
  if (gateConfigOf(draft.state, stage)?.reopen === "never") {
    const artifact_sha256s = standing(draft.state, stage);
    draft.emit("gate_auto_approved", stage, { by: "policy", artifact_sha256s });
    return false;
  }
  voidGate(draft, stage, "changed", reason);
  return true;
}

/** Closes a gate, whoever had approved it. */
export function voidGate(draft: Draft, stage: string, cause: VoidCause, reason: string): void {
  const gate = draft.state.gates.find((g) => g.stage === stage);
  if (!gate) return;
  const people = gate.approvals.map((a) => a.by);
  draft.emit("gate_voided", stage, {
    cause,
    reason,
    by: people.length > 0 || gate.by === null ? people : [gate.by],
    // All approvals of one count are of the same versions; the open gate may show newer ones already.
    artifact_sha256s:
      gate.approved === true ? gate.artifact_sha256s : (gate.approvals[0]?.artifact_sha256s ?? []),
  });
}

/** Going back to `from`: gates from there on that are to be asked again whatever comes lose their approvals. */
export function voidBehind(draft: Draft, from: string, asked: boolean, reason: string): void {
  const start = indexOf(draft.state, from);
  for (const { id, gate } of draft.state.plan.slice(start)) {
    const approved = draft.state.gates.find((g) => g.stage === id)?.approved === true;
    if (approved && (asked || gate?.reopen === "always"))
      voidGate(draft, id, asked ? "asked" : "stale", reason);
  }
}
