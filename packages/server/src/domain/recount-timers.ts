import type { Draft } from "./draft.ts";
import type { JobTimer } from "./state.ts";
import { countsOn, timeLeft } from "./time-left.ts";

/** A difference that two readings a moment apart can have without anybody having set a clock, in milliseconds. */
const LEAST_STEP_MS = 50;

/**
 * Makes the times at which a job's timers fire those of the wall clock as it goes now: moved by as much as that was set
 * since, so that each timer still gets the time it was promised. Timers of an earlier boot keep their times and are
 * counted on from here. Does nothing where the times are right.
 */
export function recountTimers(draft: Draft): void {
  const { steady, state, now } = draft;
  const [first] = state.timers;
  if (steady === null || first === undefined) return;
  const counting = state.timers.every((timer) => countsOn(timer, steady));
  const left = (timer: JobTimer) => timeLeft(timer, now, steady);
  const step_ms = counting ? Math.round(now + left(first) - Date.parse(first.fire_at)) : 0;
  if (counting && Math.abs(step_ms) < LEAST_STEP_MS) return;
  if (!counting && state.timers.every((timer) => left(timer) <= 0)) return;
  const of = (kind: JobTimer["kind"]) => state.timers.find((timer) => timer.kind === kind);
  const moved = (timer: JobTimer | undefined) => (timer ? draft.at(left(timer) / 1000) : null);
  draft.emit("gate_rescheduled", first.stage, {
    cause: counting ? "clock_set" : "restart",
    step_ms,
    timeout_at: moved(of("timeout")),
    timeout_was: of("timeout")?.fire_at ?? null,
    remind_at: moved(of("reminder")),
    remind_was: of("reminder")?.fire_at ?? null,
    clock: steady,
  });
}
