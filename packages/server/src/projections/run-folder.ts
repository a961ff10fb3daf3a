import { join } from "node:path";
import type { JobEvent } from "@greenlight/contract/event";
import type { Job } from "@greenlight/contract/job";
import type { EventStore } from "../app/ports/event-store.ts";
import type { Logger } from "../app/ports/logger.ts";
import type { ObjectStore } from "../app/ports/object-store.ts";
import { type JobState, TERMINAL } from "../domain/state.ts";
import { linkArtifact, unlinkArtifact } from "./artifact-links.ts";
import { finishedRunIsWhole } from "./finished-run.ts";
import { gateDecisions } from "./gate-decisions.ts";
import { type JobJournal, type JournalPosition, journalLines } from "./job-journal.ts";
import { appendLines, mendLines } from "./line-file.ts";
import { readIfThere, writeWhole } from "./whole-file.ts";

const PAGE = 1000;

export type RunFolderDeps = {
  readonly runs: string;
  readonly store: Pick<EventStore, "load" | "readJob">;
  readonly objects: ObjectStore;
  /** The job as outsiders see it. */
  readonly toJob: (state: JobState) => Job | Promise<Job>;
  readonly journal: JobJournal;
  readonly log: Logger;
};

/**
 * The files of one job. Each call of `update` brings them from the log's last position to the newest: journal,
 * events, artifacts, gates and, last of all, `state.json`; so a `state.json` of the current version says that the
 * rest was written before it. The first update of a process compares
 * everything with the store; of a job that is finished only what a crash could have broken.
 */
export class RunFolder {
  readonly #deps: RunFolderDeps;
  readonly #jobId: string;
  readonly #folder: string;
  /** Events written; null = the files have not been compared with the store. */
  #seq: number | null = null;
  #position: JournalPosition = { status: null, step: null };
  /** sha256 by path of what `artifacts/` shows. */
  #shown = new Map<string, string>();

  constructor(jobId: string, deps: RunFolderDeps) {
    this.#deps = deps;
    this.#jobId = jobId;
    this.#folder = join(deps.runs, jobId);
  }

  /** Returns whether the job is finished, so that nothing of it need be remembered. */
  async update(): Promise<boolean> {
    const { store, journal, toJob } = this.#deps;
    const state = await store.load(this.#jobId);
    if (state === undefined) return true;
    const mending = this.#seq === null;
    if (mending && TERMINAL.has(state.status) && (await this.#isWhole(state))) return true;
    const events = await this.#eventsUntil(this.#seq ?? 0, state.version);
    if (!mending && events.length === 0) return TERMINAL.has(state.status);

    const { lines, position } = journalLines(events, this.#position);
    if (mending) await journal.complete(this.#jobId, lines);
    else await journal.append(lines);
    const eventsFile = join(this.#folder, "events.jsonl");
    const text = events.map((event) => JSON.stringify(event));
    if (mending) await mendLines(eventsFile, text);
    else await appendLines(eventsFile, text);
    this.#position = position;
    this.#seq = state.version;

    await this.#showArtifacts(state, mending ? events : []);
    for (const decision of gateDecisions(events, mending ? state.gates : decidedIn(events, state)).values())
      await this.#write(join("gates", `${decision.stage}.json`), decision, mending);
    await this.#write("state.json", await toJob(state), mending);
    return TERMINAL.has(state.status);
  }

  async #isWhole(state: JobState): Promise<boolean> {
    const last = this.#deps.journal.lastOf(this.#jobId);
    if (last?.status !== state.status || last.ts !== state.updated_at) return false;
    return finishedRunIsWhole(this.#folder, state, jsonLine(await this.#deps.toJob(state)));
  }

  async #eventsUntil(after: number, version: number): Promise<JobEvent[]> {
    const events: JobEvent[] = [];
    for (let seq = after; seq < version; ) {
      const page = await this.#deps.store.readJob(this.#jobId, seq, Math.min(PAGE, version - seq));
      if (page.length === 0)
        throw new Error(`job ${this.#jobId}: events after ${seq} of ${version} are missing`);
      events.push(...page);
      seq += page.length;
    }
    return events;
  }

  async #showArtifacts(state: JobState, history: readonly JobEvent[]): Promise<void> {
    const now = new Map(state.artifacts.map((artifact) => [artifact.path, artifact]));
    const before = new Set(this.#shown.keys());
    for (const { type, payload } of history)
      if (type === "artifact_created") before.add((payload.artifact as { path: string }).path);
    for (const path of before) {
      if (now.has(path)) continue;
      await unlinkArtifact(this.#folder, path);
      this.#shown.delete(path);
    }
    for (const artifact of now.values()) {
      if (this.#shown.get(artifact.path) === artifact.sha256) continue;
      try {
        await linkArtifact(this.#folder, artifact, this.#deps.objects);
        this.#shown.set(artifact.path, artifact.sha256);
      } catch (error) {
        // One artifact that cannot be shown must not keep the log and the state from their files.
        const reason = error instanceof Error ? error.message : String(error);
        const fields = { job_id: this.#jobId, path: artifact.path, reason };
        this.#deps.log.error("events", "cannot show an artifact in its run folder", fields);
      }
    }
  }

  async #write(name: string, value: unknown, compare: boolean): Promise<void> {
    const path = join(this.#folder, name);
    const text = jsonLine(value);
    if (compare && (await readIfThere(path))?.equals(Buffer.from(text))) return;
    await writeWhole(path, text);
  }
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** The gates that events have touched, as they stand: the others' files are right already. */
function decidedIn(events: readonly JobEvent[], state: JobState) {
  const touched = new Set(
    events.filter((event) => event.type.startsWith("gate_")).map((event) => event.stage),
  );
  return state.gates.filter((gate) => touched.has(gate.stage));
}
