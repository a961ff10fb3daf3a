import type { Origin } from "@greenlight/contract/origin";
import { Rejection } from "../domain/commands.ts";
import type { CommandBus } from "./command-bus.ts";
import type { SteadyClock } from "./ports/clock.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { Logger } from "./ports/logger.ts";
import { type Repeated, repeatUntilStopped } from "./repeat-until-stopped.ts";

const TIMER: Origin = { via: "timer", token: null, address: null, link_id: null };

/** The longest sleep between two looks at the clocks. */
const LONGEST_SLEEP_MS = 250;
/** By how much the wall clock may have gone astray of the steady one before the timers' times are corrected. */
const TOLERANCE_MS = 250;
/** How long before its time by the wall clock a timer may be due; more than the tolerance. */
const AHEAD_MS = 500;
const END_OF_TIME = "9999-12-31T23:59:59.999Z";

/**
 * Fires gates' timeouts. The timers live in the store, written and cancelled with the events that make and moot them;
 * this only sleeps until the next is due and sends `fire_timer`, which does nothing if a decision came first. After a
 * restart the store still has them, and those that came due meanwhile fire at once.
 *
 * What a timer promises is counted in time that passed. Each knows when it is due on the steady clock; so that the store
 * finds it and people read the right time, its time by the wall clock is corrected (`recount_timers`) at each start and
 * whenever the two clocks have gone apart: one was set, or many small corrections added up.
 */
export function createTimers(deps: {
  bus: CommandBus;
  store: EventStore;
  clock: SteadyClock;
  log: Logger;
}): Repeated {
  const { bus, store, clock, log } = deps;
  let dirty = true;
  let nextAt: number | null = null;
  /** Wall clock less steady clock, in milliseconds, as all timers take it to be. */
  let counted: number | null = null;

  bus.onCommit((_, events) => {
    if (events.some((e) => e.type.startsWith("gate_") || e.type === "job_canceled")) dirty = true;
  });

  async function look(): Promise<void> {
    try {
      await recount();
      if (dirty) {
        dirty = false;
        const next = await store.nextTimerAt();
        nextAt = next === null ? null : Date.parse(next);
      }
      if (nextAt !== null && nextAt - AHEAD_MS <= clock.now()) await fire();
    } catch (error) {
      dirty = true;
      log.error("gate", "timers could not be read", { error });
    }
  }

  async function recount(): Promise<void> {
    const steady = clock.steady();
    if (steady === null) return;
    const apart = clock.now() - steady.elapsed_ms;
    if (counted !== null && Math.abs(apart - counted) < TOLERANCE_MS) return;
    let all = true;
    for (const job_id of new Set((await store.dueTimers(END_OF_TIME)).map((timer) => timer.job_id))) {
      try {
        await bus.handle(job_id, { type: "recount_timers" });
      } catch (error) {
        // Tried again at the next look. Until then it still fires no earlier than it promised.
        all = false;
        log.error("gate", "a job's timers could not be recounted", { job_id, error });
      }
    }
    if (all) counted = apart;
  }

  async function fire(): Promise<void> {
    dirty = true;
    for (const { job_id, timer_id } of await store.dueTimers(
      new Date(clock.now() + AHEAD_MS).toISOString(),
    )) {
      try {
        await bus.handle(job_id, { type: "fire_timer", timer_id }, TIMER);
      } catch (error) {
        if (error instanceof Rejection)
          log.warn("gate", "a timer came to nothing", { job_id, timer_id, code: error.code });
        // It stays in the store and is tried at the next look; the other timers must not wait for it.
        else log.error("gate", "a timer could not be fired", { job_id, timer_id, error });
      }
    }
  }

  return repeatUntilStopped(LONGEST_SLEEP_MS, look);
}
