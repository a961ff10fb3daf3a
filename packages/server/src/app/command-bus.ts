import type { JobEvent } from "@greenlight/contract/event";
import { type Command, Rejection } from "../domain/commands.ts";
import { decide } from "../domain/decide.ts";
import { describe } from "../domain/describe.ts";
import { evolve } from "../domain/evolve.ts";
import { type JobState, TERMINAL } from "../domain/state.ts";
import { type Clock, type EventStore, type Ids, type Logger, VersionConflict } from "./ports.ts";

/**
 * The one way to change a job. Loads the state, decides, appends with the version it read; a conflict is decided
 * again on the newer state. Listeners hear of each commit in commit order, after it is durable; one that throws is
 * logged and changes nothing for the others or the caller. States of unfinished jobs are kept in memory: this process
 * is the home's only writer, and a conflict drops the copy.
 */
export interface CommandBus {
  /** @throws Rejection when the domain says no, or `version_conflict` after many conflicts in a row. */
  handle(jobId: string, command: CommandSource): Promise<JobState>;
  load(jobId: string): Promise<JobState>;
  onCommit(listener: CommitListener): () => void;
}

/** A command, or how to make one from the state it will meet (a patch has to be applied to what stands). */
export type CommandSource = Command | ((state: JobState) => Command | Promise<Command>);
export type CommitListener = (state: JobState, events: readonly JobEvent[]) => void;

const MAX_TRIES = 20;

export function createCommandBus(deps: {
  store: EventStore;
  clock: Clock;
  ids: Ids;
  log: Logger;
}): CommandBus {
  const { store, clock, ids, log } = deps;
  const known = new Map<string, JobState>();
  const listeners = new Set<CommitListener>();

  async function find(jobId: string): Promise<JobState | null> {
    return known.get(jobId) ?? (await store.load(jobId)) ?? null;
  }

  async function attempt(jobId: string, source: CommandSource): Promise<JobState> {
    const before = await find(jobId);
    if (typeof source === "function" && before === null) throw noSuchJob(jobId);
    const command = typeof source === "function" ? await source(before as JobState) : source;
    const decided = decide(before, command, clock.now());
    if (decided.length === 0) return before as JobState;
    let state = before;
    const events: JobEvent[] = [];
    for (const event of decided) {
      state = evolve(state, event);
      events.push({
        id: ids.next(),
        job_id: jobId,
        seq: state.version,
        ts: event.ts,
        type: event.type,
        stage: event.stage,
        status: state.status,
        message: describe(event),
        payload: event.payload,
      });
    }
    const after = state as JobState;
    await store.append({ job_id: jobId, expected_version: before?.version ?? 0, events, state: after });
    if (TERMINAL.has(after.status)) known.delete(jobId);
    else known.set(jobId, after);
    for (const listener of listeners) tell(listener, after, events);
    return after;
  }

  function tell(listener: CommitListener, state: JobState, events: readonly JobEvent[]): void {
    try {
      listener(state, events);
    } catch (error) {
      log.error("events", "a listener failed on a commit", { job_id: state.id, error });
    }
  }

  return {
    async handle(jobId, source) {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        try {
          return await attempt(jobId, source);
        } catch (error) {
          if (!(error instanceof VersionConflict)) throw error;
          known.delete(jobId);
        }
      }
      throw new Rejection("version_conflict", "the job changed too often at the same moment");
    },
    async load(jobId) {
      const state = await find(jobId);
      if (state === null) throw noSuchJob(jobId);
      return state;
    },
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function noSuchJob(jobId: string): Rejection {
  return new Rejection("job_not_found", `there is no job ${jobId}`);
}
