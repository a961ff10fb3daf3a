import { setTimeout as sleep } from "node:timers/promises";
import { type Command, Rejection } from "../domain/commands.ts";
import { type JobState, TERMINAL } from "../domain/state.ts";
import type { CommandBus } from "./command-bus.ts";
import type { Clock } from "./ports/clock.ts";
import type { Logger } from "./ports/logger.ts";
import type { StageRunner } from "./run-stage.ts";

/**
 * Gives lanes to jobs and runs their attempts. A lane is held while an attempt runs and handed on to the job's next
 * stage in the same append; a gate, a pause or a back-off gives it up. Jobs under way come before queued ones, then
 * higher priority, then age. Nothing here is durable: after a crash, `start` gets every unfinished job from the
 * store, interrupts the attempts that died with the old process, and goes on.
 */
export interface Dispatcher {
  start(unfinished: readonly JobState[]): Promise<void>;
  /** Takes a free lane for a decision that may start the next stage; follow with `settle`. */
  reserve(jobId: string): boolean;
  /** Runs the attempt that the decision started, or gives the lane back. */
  settle(jobId: string, state: JobState | null): void;
  /** Ends every attempt (it will run again at the next start) and waits until they have ended. */
  stop(): Promise<void>;
}

/** How long a step that the store did not take waits before it is tried again. */
const STORE_RETRY_MS = 500;

type Attempt = { readonly token: number; readonly abort: AbortController };

export function createDispatcher(deps: {
  bus: CommandBus;
  runner: StageRunner;
  clock: Clock;
  log: Logger;
  /** Attempts at once. */
  lanes: number;
}): Dispatcher {
  const { bus, runner, clock, log, lanes } = deps;
  const jobs = new Map<string, JobState>();
  /** Jobs that hold a lane; null while no attempt runs in it yet. */
  const held = new Map<string, Attempt | null>();
  const ending = new Set<Promise<void>>();
  /** Jobs whose start failed, and when (milliseconds since the epoch) it may be tried again. */
  const heldOff = new Map<string, number>();
  let open = false;
  let wake: NodeJS.Timeout | undefined;

  bus.onCommit((state) => {
    if (TERMINAL.has(state.status)) {
      jobs.delete(state.id);
      heldOff.delete(state.id);
    } else jobs.set(state.id, state);
    const attempt = held.get(state.id);
    if (attempt && (state.running?.token !== attempt.token || state.pause_requested?.now))
      attempt.abort.abort();
    if (attempt === undefined) schedule();
  });

  function schedule(): void {
    clearTimeout(wake);
    while (open && held.size < lanes) {
      const next = choose();
      if (!next) return;
      held.set(next.id, null);
      track(launch(next));
    }
  }

  function choose(): JobState | undefined {
    const now = clock.now();
    let best: JobState | undefined;
    let soonest = Number.POSITIVE_INFINITY;
    for (const job of jobs.values()) {
      if (held.has(job.id)) continue;
      const underWay = job.status === "running" && job.running === null;
      if (job.status !== "queued" && !underWay) continue;
      const backedOff = Date.parse(job.stages[job.position]?.retry_at ?? "") || 0;
      const retryAt = Math.max(backedOff, heldOff.get(job.id) ?? 0);
      if (retryAt > now) soonest = Math.min(soonest, retryAt);
      else if (!best || comesBefore(job, best)) best = job;
    }
    if (!best && Number.isFinite(soonest)) wake = setTimeout(schedule, Math.min(soonest - now, 60_000));
    return best;
  }

  async function launch(job: JobState): Promise<void> {
    let started: JobState | null = null;
    try {
      started = await bus.handle(job.id, { type: job.status === "queued" ? "start_job" : "start_stage" });
      heldOff.delete(job.id);
    } catch (error) {
      // Someone paused or canceled it at the same moment: the commit that did so has told us its newer state.
      if (!(error instanceof Rejection)) {
        log.error("orchestrator", "could not start a job", { job_id: job.id, error });
        heldOff.set(job.id, clock.now() + STORE_RETRY_MS);
      }
    }
    settle(job.id, started);
  }

  function reserve(jobId: string): boolean {
    if (!open || held.size >= lanes || held.has(jobId)) return false;
    held.set(jobId, null);
    return true;
  }

  function settle(jobId: string, state: JobState | null): void {
    track(
      occupy(jobId, state)
        .catch((error) => log.error("orchestrator", "a lane broke", { job_id: jobId, error }))
        .finally(() => {
          held.delete(jobId);
          schedule();
        }),
    );
  }

  function track(work: Promise<void>): void {
    const tracked = work.finally(() => ending.delete(tracked));
    ending.add(tracked);
  }

  /** Runs attempt after attempt of one job for as long as it keeps the lane. */
  async function occupy(jobId: string, first: JobState | null): Promise<void> {
    let state = first;
    while (state?.running) {
      const attempt = { token: state.running.token, abort: new AbortController() };
      held.set(jobId, attempt);
      const newest = jobs.get(jobId);
      if (!open || newest?.running?.token !== attempt.token || newest.pause_requested?.now)
        attempt.abort.abort();
      const result = await runner.run(state, attempt.abort.signal);
      held.set(jobId, null);
      state = await record(jobId, attempt, result);
    }
  }

  /**
   * A result that is lost would leave the job running for ever, so a store that fails is asked again until it takes
   * it, or until `stop` leaves the attempt to the recovery of the next start.
   */
  async function record(
    jobId: string,
    attempt: Attempt,
    result: Awaited<ReturnType<StageRunner["run"]>>,
  ): Promise<JobState | null> {
    for (;;) {
      const newest = jobs.get(jobId);
      if (newest?.running?.token !== attempt.token) return newest ?? null;
      try {
        return await bus.handle(jobId, commandOf(result, attempt, newest));
      } catch (error) {
        if (error instanceof Rejection && error.code === "stale_attempt") return null;
        log.error("orchestrator", "could not record how an attempt ended", { job_id: jobId, error });
      }
      if (!open) return null;
      await sleep(STORE_RETRY_MS);
    }
  }

  function commandOf(
    result: Awaited<ReturnType<StageRunner["run"]>>,
    { token }: Attempt,
    state: JobState,
  ): Command {
    const reason = state.pause_requested?.now ? "pause" : "shutdown";
    if (result === null) return { type: "interrupt_stage", token, reason };
    return result.type === "complete_stage" ? { ...result, keep_lane: open } : result;
  }

  async function start(unfinished: readonly JobState[]): Promise<void> {
    for (const job of unfinished) jobs.set(job.id, job);
    for (const job of unfinished)
      if (job.running)
        await bus.handle(job.id, { type: "interrupt_stage", token: job.running.token, reason: "crash" });
    open = true;
    schedule();
  }

  async function stop(): Promise<void> {
    open = false;
    clearTimeout(wake);
    for (const attempt of held.values()) attempt?.abort.abort();
    // What ends may hand its lane on once more before it sees that all is closing.
    while (ending.size > 0) await Promise.all(ending);
  }

  return { start, reserve, settle, stop };
}

function comesBefore(a: JobState, b: JobState): boolean {
  if (a.status !== b.status) return a.status === "running";
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.created_at === b.created_at ? a.id < b.id : a.created_at < b.created_at;
}
