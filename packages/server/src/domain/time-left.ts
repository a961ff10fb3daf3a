/**
 * How long a timer still has. A timer promises that so much time passes, so it is counted on a clock that nobody can set,
 * as long as the computer runs that the timer was set on; `fire_at` is what the wall clock will then say. After a reboot
 * there is only the wall clock to go by.
 */
import type { JobTimer } from "./state.ts";
import type { SteadyDue, SteadyReading } from "./steady-reading.ts";

/** When something is due that, at the wall clock's `ts` and this reading, is to happen at `fireAt` (both ISO 8601). */
export function dueOn(reading: SteadyReading, ts: string, fireAt: string): SteadyDue {
  const { boot, elapsed_ms } = reading;
  return { boot, set_ms: elapsed_ms, due_ms: elapsed_ms + Date.parse(fireAt) - Date.parse(ts) };
}

/** Whether the reading can tell how much time passed since the timer was set. */
export function countsOn(timer: JobTimer, reading: SteadyReading | null): boolean {
  const { due } = timer;
  // A reading below the one at setting is of a clock that began anew, whatever it calls its boot (a container's may).
  return due !== undefined && due.boot === reading?.boot && due.set_ms <= reading.elapsed_ms;
}

/** Milliseconds until the timer is due; 0 or less = now. `now` in milliseconds since the epoch. */
export function timeLeft(timer: JobTimer, now: number, reading: SteadyReading | null): number {
  return timer.due !== undefined && reading !== null && countsOn(timer, reading)
    ? timer.due.due_ms - reading.elapsed_ms
    : Date.parse(timer.fire_at) - now;
}
