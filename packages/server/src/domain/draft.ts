import type { Origin } from "@greenlight/contract/origin";
import type { DomainEvent, DomainEventType, EventOf } from "./events.ts";
import { evolve } from "./evolve.ts";
import type { JobState, PlannedStage } from "./state.ts";
import type { SteadyReading } from "./steady-reading.ts";

/** Events decided so far in one command, and the state they lead to. Lives for one call of `decide`. */
export class Draft {
  readonly events: DomainEvent[] = [];
  readonly now: number;
  readonly steady: SteadyReading | null;
  #state: JobState;

  constructor(state: JobState, now: number, steady: SteadyReading | null) {
    this.#state = state;
    this.now = now;
    this.steady = steady;
  }

  get state(): JobState {
    return this.#state;
  }

  /** The stage at hand; undefined when all are done. */
  get current(): PlannedStage | undefined {
    return this.#state.plan[this.#state.position];
  }

  /** ISO 8601 UTC instant `seconds` from now. */
  at(seconds = 0): string {
    return new Date(this.now + Math.round(seconds * 1000)).toISOString();
  }

  emit<Type extends DomainEventType>(
    type: Type,
    stage: EventOf<Type>["stage"],
    payload: EventOf<Type>["payload"],
    origin?: Origin | null,
  ): void {
    // The three belong together by the signature; TypeScript cannot see it through the union.
    const event = {
      ts: this.at(),
      type,
      stage,
      payload,
      ...(origin && { origin }),
    } as unknown as DomainEvent;
    this.events.push(event);
    this.#state = evolve(this.#state, event);
  }
}
