import { type Command, Rejection } from "./commands.ts";
import { approveGate, fireTimer, rejectGate } from "./decide-gate.ts";
import { applyPatchNow } from "./decide-patch.ts";
import { resumeJob } from "./decide-resume.ts";
import { advance, completeStage, failStage, interruptStage, startStage } from "./decide-stage.ts";
import { Draft } from "./draft.ts";
import type { DomainEvent } from "./events.ts";
import { evolve } from "./evolve.ts";
import { voidBehind, voidGate } from "./open-gate.ts";
import { pauseJob } from "./pause.ts";
import { recountTimers } from "./recount-timers.ts";
import { requireStatus } from "./require-status.ts";
import { type JobState, TERMINAL } from "./state.ts";
import type { SteadyReading } from "./steady-reading.ts";

/**
 * Says what happens when `command` meets a job in `state` at `now` (milliseconds since the epoch), `steady` being what
 * the steady clock says then (null = the system has none, so that timers go by the wall clock). Pure. An empty list means
 * that there is nothing to do (a timer that came too late).
 * @throws Rejection when the job may not do this; nothing has changed then.
 */
export function decide(
  state: JobState | null,
  command: Command,
  now: number,
  steady: SteadyReading | null = null,
): DomainEvent[] {
  if (command.type === "create_job") return createJob(state, command, now);
  if (state === null) throw new Rejection("job_not_found", "no job has this id");
  const draft = new Draft(state, now, steady);
  act(draft, command);
  return draft.events;
}

function createJob(
  state: JobState | null,
  command: Extract<Command, { type: "create_job" }>,
  now: number,
): DomainEvent[] {
  if (state !== null) throw new Rejection("invalid_transition", "a job with this id exists already");
  const { type: _, ...payload } = command;
  const event = { ts: new Date(now).toISOString(), type: "job_created", stage: null, payload } as const;
  evolve(null, event);
  return [event];
}

function act(draft: Draft, command: Exclude<Command, { type: "create_job" }>): void {
  switch (command.type) {
    case "start_job":
      requireStatus(draft.state, "start", "queued");
      draft.emit("job_started", null, {});
      return advance(draft, true);
    case "start_stage":
      return startStage(draft);
    case "complete_stage":
      return completeStage(draft, command);
    case "fail_stage":
      return failStage(draft, command);
    case "interrupt_stage":
      return interruptStage(draft, command.token, command.reason);
    case "approve_gate":
      return approveGate(draft, command);
    case "reject_gate":
      return rejectGate(draft, command, command.beats ?? []);
    case "fire_timer":
      return fireTimer(draft, command.timer_id);
    case "recount_timers":
      return recountTimers(draft);
    case "pause_job":
      return pauseJob(draft, command);
    case "resume_job":
      return resumeJob(draft, command);
    case "cancel_job":
      if (TERMINAL.has(draft.state.status))
        throw new Rejection("invalid_transition", `the job is ${draft.state.status} already`);
      return draft.emit("job_canceled", null, { by: command.by, notes: command.notes });
    case "retry_job":
      return retryJob(draft, command);
    case "apply_patch":
      return applyPatchNow(draft, command);
    default:
      command satisfies never;
  }
}

function retryJob(draft: Draft, command: Extract<Command, { type: "retry_job" }>): void {
  const { state } = draft;
  if (!TERMINAL.has(state.status)) requireStatus(state, "retry", "completed", "failed", "canceled");
  const from = command.from_stage ?? (draft.current ?? state.plan[0])?.id;
  const index = state.plan.findIndex((s) => s.id === from);
  if (from === undefined || index < 0)
    throw new Rejection("stage_not_found", `the pipeline ${state.pipeline} has no stage ${from}`);
  if (index > state.position)
    throw new Rejection(
      "invalid_transition",
      `cannot retry from ${from}: the job has only come to ${draft.current?.id}; retry from there or earlier`,
    );
  const { by, notes = null, reopen = false, keep_patches = true, keep_notes = true } = command;
  const kept = { keep_patches, keep_notes };
  const counted = state.gates.find((g) => g.stage === draft.current?.id);
  if (counted?.approved === null && counted.approvals.length > 0)
    voidGate(draft, counted.stage, "stale", `${by} went back to ${from}`);
  draft.emit("job_retried", from, { by, from_stage: from, reason: "operator", notes, ...kept });
  voidBehind(draft, from, reopen, `${by} went back to ${from}`);
}
