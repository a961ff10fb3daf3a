import type { Artifact } from "@greenlight/contract/artifact";
import type { JobEvent } from "@greenlight/contract/event";
import type { EventStore } from "../app/ports/event-store.ts";
import type { DomainEvent } from "../domain/events.ts";
import { evolve } from "../domain/evolve.ts";
import type { JobState } from "../domain/state.ts";
import { jsonChanges } from "./json-changes.ts";

/** Later than every timer. */
const END_OF_TIME = "9999-12-31T23:59:59.999Z";

/**
 * Where the rows of a job are not what its events give: the first difference of the state, of the rows of its timers or
 * of the versions of its artifacts, as a sentence; null where there is none. `events` are all events of the job and
 * `state` what the store has loaded after the last of them.
 */
export async function stateDrift(
  events: readonly JobEvent[],
  state: JobState,
  store: EventStore,
): Promise<string | null> {
  const log = events.reduce<JobState | null>(
    (before, event) => evolve(before, event as unknown as DomainEvent),
    null,
  );
  if (log === null) return "the job has no events";
  const due = (await store.dueTimers(END_OF_TIME)).filter(({ job_id }) => job_id === state.id);
  const first = jsonChanges(
    plain({ ...log, due_timers: timersById(log.timers), artifact_versions: versionsOf(events) }),
    plain({
      ...state,
      due_timers: timersById(due.map(({ timer_id, fire_at }) => ({ id: timer_id, fire_at }))),
      artifact_versions: await storedVersions(events, store),
    }),
  ).find((change) => !isUnwritten(change.before, change.after));
  if (!first) return null;
  return `${first.pointer} is ${shown(first.after)}; the log says ${shown(first.before)}`;
}

function timersById(timers: readonly { readonly id: string; readonly fire_at: string }[]) {
  return Object.fromEntries(timers.map(({ id, fire_at }) => [id, fire_at]));
}

/** Every version of every artifact as the log made it, oldest first, by artifact id. */
function versionsOf(events: readonly JobEvent[]): Record<string, Artifact[]> {
  const found: Record<string, Artifact[]> = {};
  for (const { type, payload } of events) {
    if (type !== "artifact_created") continue;
    const artifact = payload.artifact as Artifact;
    found[artifact.id] = [...(found[artifact.id] ?? []), artifact];
  }
  return found;
}

async function storedVersions(events: readonly JobEvent[], store: EventStore) {
  const found: Record<string, Artifact[]> = {};
  const [first] = events;
  for (const id of Object.keys(versionsOf(events)))
    if (first) found[id] = await store.artifactVersions(first.job_id, id);
  return found;
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
