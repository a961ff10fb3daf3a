import type { JobEvent } from "@greenlight/contract/event";
import type { Origin } from "@greenlight/contract/origin";
import { type Command, Rejection } from "../domain/commands.ts";
import { decide } from "../domain/decide.ts";
import { describe } from "../domain/describe.ts";
import { evolve } from "../domain/evolve.ts";
import { hasTimedGate } from "../domain/gates.ts";
import { type JobState, TERMINAL } from "../domain/state.ts";
import { hashOf } from "./event-chain.ts";
import type { SteadyClock } from "./ports/clock.ts";
import { type EventStore, VersionConflict } from "./ports/event-store.ts";
import type { Ids } from "./ports/ids.ts";
import type { Logger } from "./ports/logger.ts";

/**
 * The one way to change a job. Loads the state, decides, appends with the version it read; a conflict is decided
 * again on the newer state. Listeners hear of each commit in commit order, after it is durable; one that throws is
 * logged and changes nothing for the others or the caller. States of unfinished jobs are kept in memory: this process
 * is the home's only writer, and a conflict drops the copy. `origin` says where the command came from; without one
 * it is the engine's own.
 */
export interface CommandBus {
  /** @throws Rejection when the domain says no, or `version_conflict` after many conflicts in a row. */
  handle(jobId: string, command: CommandSource, origin?: Origin): Promise<JobState>;
  load(jobId: string): Promise<JobState>;
  onCommit(listener: CommitListener): () => void;
}

/** A command, or how to make one from the state it will meet (a patch has to be applied to what stands). */
export type CommandSource = Command | ((state: JobState) => Command | Promise<Command>);
export type CommitListener = (state: JobState, events: readonly JobEvent[]) => void;

const MAX_TRIES = 20;

const ENGINE: Origin = { via: "engine", token: null, address: null, link_id: null };

/** A job's newest state and the hash of its newest event. */
type Known = { readonly state: JobState; readonly head: string };

export function createCommandBus(deps: {
  store: EventStore;
  clock: SteadyClock;
  ids: Ids;
  log: Logger;
}): CommandBus {
  const { store, clock, ids, log } = deps;
  const known = new Map<string, Known>();
  const listeners = new Set<CommitListener>();

  async function find(jobId: string): Promise<Known | null> {
    const kept = known.get(jobId);
    if (kept) return kept;
    const state = await store.load(jobId);
    if (!state) return null;
    const [last] = await store.readJob(jobId, state.version - 1, 1);
    if (!last) throw new VersionConflict(`job ${jobId} changed while it was read`);
    return { state, head: last.hash };
  }

  async function attempt(jobId: string, source: CommandSource, origin: Origin): Promise<JobState> {
    const found = await find(jobId);
    const before = found?.state ?? null;
    if (typeof source === "function" && before === null) throw noSuchJob(jobId);
    const command = typeof source === "function" ? await source(before as JobState) : source;
    // Reading the steady clock is reading a file: not for each step of a job that has no use for it.
    const steady = before && hasTimedGate(before) ? clock.steady() : null;
    const decided = decide(before, command, clock.now(), steady);
    if (decided.length === 0) return before as JobState;
    let state = before;
    let head = found?.head ?? "";
    const events: JobEvent[] = [];
    for (const one of decided) {
      const event = { ...one, origin: one.origin ?? origin };
      state = evolve(state, event);
      const unsealed = {
        id: ids.next(),
        job_id: jobId,
        seq: state.version,
        ts: event.ts,
        type: event.type,
        stage: event.stage,
        status: state.status,
        message: describe(event),
        payload: event.payload,
        origin: event.origin,
      };
      head = hashOf(head, unsealed);
      events.push({ ...unsealed, hash: head });
    }
    const after = state as JobState;
    await store.append({ job_id: jobId, expected_version: before?.version ?? 0, events, state: after });
    if (TERMINAL.has(after.status)) known.delete(jobId);
    else known.set(jobId, { state: after, head });
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
    async handle(jobId, source, origin = ENGINE) {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        try {
          return await attempt(jobId, source, origin);
        } catch (error) {
          if (!(error instanceof VersionConflict)) throw error;
          known.delete(jobId);
        }
      }
      throw new Rejection("version_conflict", "the job changed too often at the same moment");
    },
    async load(jobId) {
      const found = await find(jobId);
      if (found === null) throw noSuchJob(jobId);
      return found.state;
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
