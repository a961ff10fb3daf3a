import { Rejection } from "../domain/commands.ts";
import type { InterruptReason } from "../domain/events.ts";
import { type JobState, TERMINAL } from "../domain/state.ts";
import type { CommandBus } from "./command-bus.ts";
import type { Clock, Logger } from "./ports.ts";
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
  let open = false;
  let wake: NodeJS.Timeout | undefined;

  bus.onCommit((state) => {
    if (TERMINAL.has(state.status)) jobs.delete(state.id);
    else jobs.set(state.id, state);
    const attempt = held.get(state.id);
    if (attempt && (state.running?.token !== attempt.token || state.pause_requested === "now"))
      attempt.abort.abort();
    if (attempt === undefined) schedule();
  });

  function schedule(): void {
    clearTimeout(wake);
    while (open && held.size < lanes) {
      const next = choose();
      if (!next) return;
      held.set(next.id, null);
      void launch(next);
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
      const retryAt = Date.parse(job.stages[job.position]?.retry_at ?? "");
      if (retryAt > now) soonest = Math.min(soonest, retryAt);
      else if (!best || comesBefore(job, best)) best = job;
    }
    if (!best && Number.isFinite(soonest)) wake = setTimeout(schedule, Math.min(soonest - now, 60_000));
    return best;
  }

  async function launch(job: JobState): Promise<void> {
    try {
      settle(
        job.id,
        await bus.handle(job.id, { type: job.status === "queued" ? "start_job" : "start_stage" }),
      );
    } catch (error) {
      // Someone paused or canceled it at the same moment: the commit that did so has told us its newer state.
      if (!(error instanceof Rejection))
        log.error("orchestrator", "could not start a job", { job_id: job.id, error });
      settle(job.id, null);
    }
  }

  function reserve(jobId: string): boolean {
    if (!open || held.size >= lanes || held.has(jobId)) return false;
    held.set(jobId, null);
    return true;
  }

  function settle(jobId: string, state: JobState | null): void {
    const running: Promise<void> = occupy(jobId, state)
      .catch((error) => log.error("orchestrator", "a lane broke", { job_id: jobId, error }))
      .finally(() => {
        held.delete(jobId);
        ending.delete(running);
        schedule();
      });
    ending.add(running);
  }

  /** Runs attempt after attempt of one job for as long as it keeps the lane. */
  async function occupy(jobId: string, first: JobState | null): Promise<void> {
    let state = first;
    while (state?.running) {
      const attempt = { token: state.running.token, abort: new AbortController() };
      held.set(jobId, attempt);
      const newest = jobs.get(jobId);
      if (!open || newest?.running?.token !== attempt.token || newest.pause_requested === "now")
        attempt.abort.abort();
      const result = await runner.run(state, attempt.abort.signal);
      held.set(jobId, null);
      state = await record(jobId, attempt, result);
    }
  }

  async function record(
    jobId: string,
    attempt: Attempt,
    result: Awaited<ReturnType<StageRunner["run"]>>,
  ): Promise<JobState | null> {
    const newest = jobs.get(jobId);
    if (newest?.running?.token !== attempt.token) return newest ?? null;
    try {
      if (result === null)
        return await bus.handle(jobId, {
          type: "interrupt_stage",
          token: attempt.token,
          reason: why(newest),
        });
      const command = result.type === "complete_stage" ? { ...result, keep_lane: open } : result;
      return await bus.handle(jobId, command);
    } catch (error) {
      if (error instanceof Rejection && error.code === "stale_attempt") return null;
      throw error;
    }
  }

  function why(state: JobState): InterruptReason {
    return state.pause_requested === "now" ? "pause" : "shutdown";
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
    await Promise.all(ending);
  }

  return { start, reserve, settle, stop };
}

function comesBefore(a: JobState, b: JobState): boolean {
  if (a.status !== b.status) return a.status === "running";
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.created_at === b.created_at ? a.id < b.id : a.created_at < b.created_at;
}
