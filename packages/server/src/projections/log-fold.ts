import type { Artifact } from "@greenlight/contract/artifact";
import type { JobEvent } from "@greenlight/contract/event";
import type { EventStore } from "../app/ports/event-store.ts";
import type { DomainEvent } from "../domain/events.ts";
import { evolve } from "../domain/evolve.ts";
import type { JobState } from "../domain/state.ts";
import { jsonChanges } from "./json-changes.ts";

/** Later than every timer. */
const END_OF_TIME = "9999-12-31T23:59:59.999Z";

/** What a job's events give, taken one by one from the first on, and how far the job's rows are from it. */
export class LogFold {
  #state: JobState | null = null;
  /** Every version of every artifact as the log made it, oldest first, by artifact id. */
  readonly #versions = new Map<string, Artifact[]>();

  take(event: JobEvent): void {
    this.#state = evolve(this.#state, event as unknown as DomainEvent);
    if (event.type !== "artifact_created") return;
    const artifact = event.payload.artifact as Artifact;
    const before = this.#versions.get(artifact.id);
    if (before) before.push(artifact);
    else this.#versions.set(artifact.id, [artifact]);
  }

  /**
   * The first difference of the state, of the rows of its timers or of the versions of its artifacts, as a sentence; null
   * where there is none. `state` is what the store has loaded after the last event that was taken.
   */
  async driftOf(state: JobState, store: EventStore): Promise<string | null> {
    const log = this.#state;
    if (log === null) return "the job has no events";
    const due = (await store.dueTimers(END_OF_TIME)).filter(({ job_id }) => job_id === state.id);
    const stored: Record<string, Artifact[]> = {};
    for (const id of this.#versions.keys()) stored[id] = await store.artifactVersions(state.id, id);
    const first = jsonChanges(
      plain({
        ...log,
        due_timers: timersById(log.timers),
        artifact_versions: Object.fromEntries(this.#versions),
      }),
      plain({
        ...state,
        due_timers: timersById(due.map(({ timer_id, fire_at }) => ({ id: timer_id, fire_at }))),
        artifact_versions: stored,
      }),
    ).find((change) => !isUnwritten(change.before, change.after));
    if (!first) return null;
    return `${first.pointer} is ${shown(first.after)}; the log says ${shown(first.before)}`;
  }
}

function timersById(timers: readonly { readonly id: string; readonly fire_at: string }[]) {
  return Object.fromEntries(timers.map(({ id, fire_at }) => [id, fire_at]));
}

/** Whether one of them lacks a field, being from before there was one, and the other has its empty value. */
function isUnwritten(one: unknown, other: unknown): boolean {
  if (one !== undefined && other !== undefined) return false;
  const written = one ?? other ?? null;
  return written === null || written === false || (Array.isArray(written) && written.length === 0);
}

/** As it comes back from a row: without what JSON leaves out. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function shown(value: unknown): string {
  const text = value === undefined ? "missing" : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
