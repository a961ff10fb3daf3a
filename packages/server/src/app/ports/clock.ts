import type { SteadyReading } from "../../domain/steady-reading.ts";

export interface Clock {
  /** Milliseconds since the epoch, as people read the time: it can be set, forward and back. */
  now(): number;
}

/** A clock that can also say how much time passed, whatever the time of day was set to. */
export interface SteadyClock extends Clock {
  /** Read at the same moment as `now`; null where the system cannot say. */
  steady(): SteadyReading | null;
}
