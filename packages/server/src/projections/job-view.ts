import type { ProgressFrame } from "@greenlight/contract/event";
import type { Gate, GateStatus } from "@greenlight/contract/gate";
import type { Job, JobSummary, PauseRequest, StageView } from "@greenlight/contract/job";
import { type AskedPause, type JobState, type JobTimer, type StageState, TERMINAL } from "../domain/state.ts";
import { gateDirections } from "./gate-directions.ts";

/** What the log does not hold: how far the running attempt is, and the place in the queue (1 = next). */
export type Live = {
  readonly progress?: ProgressFrame | undefined;
  readonly queue_position?: number | null;
};

/** The job as everyone outside sees it. */
export function toJob(state: JobState, live: Live = {}): Job {
  return {
    ...toSummary(state, live),
    cfg: state.cfg,
    gates: [...state.gates],
    artifacts: [...state.artifacts],
  };
}

/** A row of the job list. */
export function toSummary(state: JobState, live: Live = {}): JobSummary {
  const stages = state.stages.map((stage) => toStageView(stage, state, live.progress));
  const done = stages.reduce((sum, stage) => sum + stage.progress, 0);
  return {
    id: state.id,
    slug: state.slug,
    intent: state.intent,
    pipeline: state.pipeline,
    mode: state.mode,
    status: state.status,
    stage: currentStage(state),
    progress: state.status === "completed" ? 1 : Math.min(1, done / Math.max(1, stages.length)),
    priority: state.priority,
    submitted_by: state.submitted_by,
    queue_position: state.status === "queued" ? (live.queue_position ?? null) : null,
    stages,
    pause_requested: state.pause_requested && pauseView(state.pause_requested),
    error: state.error,
    created_at: state.created_at,
    updated_at: state.updated_at,
    version: state.version,
  };
}

function pauseView({ by, notes, now, at }: AskedPause): PauseRequest {
  return { by, notes, now, at };
}

/**
 * Each gate with its clock at `now` (milliseconds since the epoch): seconds since it opened (up to the decision, once
 * decided) and, while a timer runs, seconds until the timer decides.
 */
export function toGateStatuses(state: JobState, now: number): GateStatus[] {
  return state.gates.map((gate) => {
    const plan = state.plan.find((stage) => stage.id === gate.stage);
    const config = plan?.gate;
    const timer = timerOf(state, gate.stage, "timeout");
    const reminder = timerOf(state, gate.stage, "reminder");
    return {
      ...gate,
      has_patch: gate.patch !== null,
      timeout_s: config?.auto_approve_after_s ?? null,
      on_timeout: config && config.auto_approve_after_s !== null ? config.on_timeout : null,
      time_remaining_s: timer === undefined ? null : seconds(Date.parse(timer.fire_at) - now),
      time_elapsed_s: elapsed(gate, state, now),
      remind_in_s: reminder === undefined ? null : seconds(Date.parse(reminder.fire_at) - now),
      min_approvals: config?.min_approvals ?? 1,
      approvers: [...(config?.approvers ?? [])],
      no_self_approval: config?.no_self_approval ?? false,
      feedback_unmet: [...(state.stages.find(({ id }) => id === gate.stage)?.feedback_unmet ?? [])],
      directions: plan === undefined ? [] : gateDirections(plan.uses, state.cfg),
    };
  });
}

/**
 * Seconds since the gate opened, up to its decision or its job's end. While its timer runs, what that has used up: the
 * clock may have been set since the gate opened, and then its times of day tell nothing.
 */
function elapsed(gate: Gate, state: JobState, now: number): number | null {
  if (gate.opened_at === null) return null;
  const limit = state.plan.find((stage) => stage.id === gate.stage)?.gate?.auto_approve_after_s;
  const timer = timerOf(state, gate.stage, "timeout");
  if (timer !== undefined && typeof limit === "number")
    return seconds(limit * 1000 - (Date.parse(timer.fire_at) - now));
  const end = gate.at ?? (TERMINAL.has(state.status) ? state.updated_at : null);
  return seconds((end === null ? now : Date.parse(end)) - Date.parse(gate.opened_at));
}

function timerOf(state: JobState, stage: string, kind: JobTimer["kind"]): JobTimer | undefined {
  return state.timers.find((t) => t.stage === stage && t.kind === kind);
}

function currentStage(state: JobState): string | null {
  const stage = state.stages[state.position];
  const untouched = state.position === 0 && stage?.attempt === 0 && state.status === "queued";
  return stage === undefined || untouched ? null : stage.id;
}

function toStageView(stage: StageState, state: JobState, frame: ProgressFrame | undefined): StageView {
  const { started_at, ended_at } = stage;
  return {
    id: stage.id,
    status: stage.status,
    attempt: stage.attempt,
    started_at,
    ended_at,
    duration_ms:
      started_at === null || ended_at === null
        ? null
        : Math.max(0, Date.parse(ended_at) - Date.parse(started_at)),
    progress: stageProgress(stage, state, frame),
    error: stage.error,
  };
}

function stageProgress(stage: StageState, state: JobState, frame: ProgressFrame | undefined): number {
  if (stage.status === "completed" || stage.status === "skipped") return 1;
  const live =
    stage.status === "running" &&
    frame?.job_id === state.id &&
    frame.stage === stage.id &&
    frame.attempt === stage.attempt;
  return live ? Math.min(1, Math.max(0, frame.fraction)) : 0;
}

function seconds(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds) / 1000);
}
