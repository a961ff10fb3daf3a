import type { Origin } from "@greenlight/contract/origin";
import { Rejection } from "../domain/commands.ts";
import type { CommandBus } from "./command-bus.ts";
import type { Clock } from "./ports/clock.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { Logger } from "./ports/logger.ts";

const TIMER: Origin = { via: "timer", token: null, address: null, link_id: null };

/** The longest sleep between two looks at the clock, so that a clock that is set forward is noticed in time. */
const LONGEST_SLEEP_MS = 500;

/**
 * Fires gates' timeouts. The timers live in the store, written and cancelled with the events that make and moot them;
 * this only sleeps until the next is due and sends `fire_timer`, which does nothing if a decision came first. After a
 * restart the store still has them, and those that came due meanwhile fire at once.
 */
export function createTimers(deps: { bus: CommandBus; store: EventStore; clock: Clock; log: Logger }): {
  start(): void;
  /** Resolves when nothing is being fired any more. */
  stop(): Promise<void>;
} {
  const { bus, store, clock, log } = deps;
  let sleeping: NodeJS.Timeout | undefined;
  let running = false;
  let dirty = true;
  let nextAt: number | null = null;

  let looking = Promise.resolve();

  bus.onCommit((_, events) => {
    if (events.some((e) => e.type.startsWith("gate_") || e.type === "job_canceled")) dirty = true;
  });

  async function look(): Promise<void> {
    try {
      if (dirty) {
        dirty = false;
        const next = await store.nextTimerAt();
        nextAt = next === null ? null : Date.parse(next);
      }
      if (nextAt !== null && nextAt <= clock.now()) await fire();
    } catch (error) {
      dirty = true;
      log.error("gate", "timers could not be read", { error });
    }
    if (running) sleeping = setTimeout(begin, LONGEST_SLEEP_MS);
  }

  function begin(): void {
    looking = look();
  }

  async function fire(): Promise<void> {
    dirty = true;
    for (const { job_id, timer_id } of await store.dueTimers(new Date(clock.now()).toISOString())) {
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

  return {
    start() {
      running = true;
      begin();
    },
    stop() {
      running = false;
      clearTimeout(sleeping);
      return looking;
    },
  };
}
