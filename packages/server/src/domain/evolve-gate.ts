import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { EventOf } from "./events.ts";
import { indexOf, stageOf, UNDECIDED, withGate, withoutTimers, withStage } from "./fold.ts";
import { standing } from "./gates.ts";
import type { JobState, JobTimer } from "./state.ts";
import { dueOn } from "./time-left.ts";

/** Folds of what happens at a gate. */
export function openedGate(state: JobState, event: EventOf<"gate_opened">): JobState {
  const { waits, artifact_sha256s, timeout_at, remind_at, clock } = event.payload;
  const { stage } = event;
  const before = state.gates.find((g) => g.stage === stage);
  // Given before a pause closed the gate; whatever else closes one takes them away.
  const approvals = before?.approved === null ? before.approvals : [];
  const timers: JobTimer[] = [];
  const at = (fire_at: string) => ({ fire_at, ...(clock && { due: dueOn(clock, event.ts, fire_at) }) });
  if (timeout_at !== null) timers.push({ id: `gate:${stage}`, kind: "timeout", stage, ...at(timeout_at) });
  if (remind_at !== null) timers.push({ id: `remind:${stage}`, kind: "reminder", stage, ...at(remind_at) });
  return {
    ...withGate(state, stage, { ...UNDECIDED, opened_at: event.ts, artifact_sha256s, approvals }),
    status: waits ? "needs_approval" : state.status,
    timers: timers.length > 0 ? [...withoutTimers(state, stage), ...timers] : withoutTimers(state, stage),
  };
}

export function remindedGate(state: JobState, event: EventOf<"gate_reminded">): JobState {
  return {
    ...state,
    timers: state.timers.filter((t) => t.stage !== event.stage || t.kind !== "reminder"),
  };
}

export function rescheduledGate(state: JobState, event: EventOf<"gate_rescheduled">): JobState {
  const { timeout_at, remind_at, clock } = event.payload;
  return {
    ...state,
    timers: state.timers.map((timer) => {
      const fire_at = timer.kind === "timeout" ? timeout_at : remind_at;
      if (timer.stage !== event.stage || fire_at === null) return timer;
      return { ...timer, fire_at, due: dueOn(clock, event.ts, fire_at) };
    }),
  };
}

export function approvedGate(
  state: JobState,
  event: EventOf<"gate_approved"> | EventOf<"gate_auto_approved">,
): JobState {
  const { stage, ts } = event;
  const { by, artifact_sha256s } = event.payload;
  const approvals = [
    ...(state.gates.find((g) => g.stage === stage)?.approvals ?? []),
    ...(event.type === "gate_approved" ? [{ by, at: ts, artifact_sha256s }] : []),
  ];
  if (event.type === "gate_approved" && !event.payload.final) return withGate(state, stage, { approvals });
  const decided = withGate(state, stage, {
    approved: true,
    by,
    at: ts,
    notes: event.type === "gate_approved" ? event.payload.notes : null,
    patch: event.type === "gate_approved" ? event.payload.patch : null,
    auto_approved: event.type === "gate_auto_approved",
    artifact_sha256s,
    approvals,
  });
  const ahead = stageOf(state, stage).status === "stale";
  return {
    ...(ahead ? withStage(decided, stage, { approved_ahead: true }) : decided),
    status: state.status === "needs_approval" ? "running" : state.status,
    timers: withoutTimers(state, stage),
    position: ahead ? state.position : Math.max(state.position, indexOf(state, stage) + 1),
  };
}

export function rejectedGate(state: JobState, event: EventOf<"gate_rejected">): JobState {
  const { by, notes, patch, beats, artifact_sha256s } = event.payload;
  const decided = {
    ...withGate(state, event.stage, {
      approved: false,
      by,
      at: event.ts,
      notes,
      patch,
      auto_approved: false,
      artifact_sha256s,
      approvals: [],
    }),
    timers: withoutTimers(state, event.stage),
  };
  // The patch is what the notes ask for; those of a job's end ask for nothing.
  return patch || event.payload.cancels_job ? decided : withFeedback(decided, event.stage, notes, beats);
}

/** A job never stands beyond a gate that is undecided, so it comes back to this one if the stage is as it was. */
export function voidedGate(state: JobState, event: EventOf<"gate_voided">): JobState {
  const { stage } = event;
  const finished = stageOf(state, stage).status === "completed";
  const ended = state.status === "completed" || state.status === "failed";
  return {
    ...withGate(state, stage, { ...UNDECIDED, artifact_sha256s: standing(state, stage) }),
    status: ended ? "queued" : state.status === "needs_approval" ? "running" : state.status,
    error: ended ? null : state.error,
    timers: withoutTimers(state, stage),
    position: finished ? Math.min(state.position, indexOf(state, stage)) : state.position,
  };
}

/** Notes on the whole output, and on single beats. */
export function withFeedback(
  state: JobState,
  stage: string,
  notes: string | null,
  beats: readonly FeedbackNote[] = [],
): JobState {
  const fresh = notes ? [{ beat_id: null, notes }, ...beats] : beats;
  if (fresh.length === 0) return state;
  return withStage(state, stage, { feedback: [...stageOf(state, stage).feedback, ...fresh] });
}
