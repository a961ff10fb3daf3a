import type { JobEvent } from "@greenlight/contract/event";
import type { Gate } from "@greenlight/contract/gate";
import type { Patch } from "@greenlight/contract/patch";

/** What `gates/<stage>.json` says. */
export type GateDecision = Pick<
  Gate,
  "stage" | "approved" | "by" | "at" | "notes" | "patch" | "auto_approved"
>;

/**
 * The last decision of every gate that ever had one: of a gate that stands decided as the job has it, of one that was
 * opened again as the events (all of the job, or those since the last call) tell it.
 */
export function gateDecisions(
  events: readonly JobEvent[],
  gates: readonly Gate[],
): Map<string, GateDecision> {
  const decisions = new Map<string, GateDecision>();
  for (const event of events) {
    const decision = decisionOf(event);
    if (decision !== undefined) decisions.set(decision.stage, decision);
  }
  for (const { stage, approved, by, at, notes, patch, auto_approved } of gates)
    if (approved !== null) decisions.set(stage, { stage, approved, by, at, notes, patch, auto_approved });
  return decisions;
}

function decisionOf({ type, stage, ts, payload }: JobEvent): GateDecision | undefined {
  if (stage === null) return undefined;
  const auto = type === "gate_auto_approved";
  const approved = auto || (type === "gate_approved" && payload.final === true);
  if (!approved && type !== "gate_rejected") return undefined;
  return {
    stage,
    approved,
    by: typeof payload.by === "string" ? payload.by : null,
    at: ts,
    notes: typeof payload.notes === "string" ? payload.notes : null,
    patch: (payload.patch as Patch | undefined) ?? null,
    auto_approved: auto,
  };
}
