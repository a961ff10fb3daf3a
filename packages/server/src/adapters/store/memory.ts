import type { Artifact } from "@greenlight/contract/artifact";
import type { JobEvent } from "@greenlight/contract/event";
import type { UploadRecord } from "../../app/ports/event-store.ts";
import {
  type AppendRequest,
  type EventStore,
  type JobQuery,
  VersionConflict,
} from "../../app/ports/event-store.ts";
import { type JobState, TERMINAL } from "../../domain/state.ts";
import { checkAppend } from "./check-append.ts";
import { linkUsed } from "./link-used.ts";
import { decodeCursor, encodeCursor, unknownCursor } from "./page-cursor.ts";

/** The event store in memory, for tests: the same behaviour, nothing kept. */
export function openMemoryStore(): EventStore {
  return new MemoryEventStore();
}

class MemoryEventStore implements EventStore {
  readonly #jobs = new Map<string, JobState>();
  readonly #events: JobEvent[] = [];
  readonly #positions = new Map<string, number>();
  readonly #versions = new Map<string, Artifact[]>();
  readonly #keys = new Map<string, { request_hash: string; job_id: string }>();
  readonly #uploads = new Map<string, UploadRecord>();
  readonly #spentLinks = new Set<string>();

  async append(request: AppendRequest): Promise<void> {
    checkAppend(request);
    const { job_id, expected_version, events, state } = request;
    const links = new Set(events.flatMap(({ origin }) => origin.link_id ?? []));
    if (!links.isDisjointFrom(this.#spentLinks)) throw linkUsed();
    if ((this.#jobs.get(job_id)?.version ?? 0) !== expected_version)
      throw new VersionConflict(`job ${job_id} is not at version ${expected_version}`);
    if (
      new Set([...events.map((e) => e.id)]).size < events.length ||
      events.some((e) => this.#positions.has(e.id))
    )
      throw new TypeError(`append to ${job_id}: an event id occurs twice`);
    for (const event of events) {
      this.#positions.set(event.id, this.#events.push(event));
      if (event.type !== "artifact_created") continue;
      const artifact = event.payload.artifact as Artifact;
      const key = `${job_id} ${artifact.id}`;
      this.#versions.set(key, [...(this.#versions.get(key) ?? []), artifact]);
    }
    for (const link of links) this.#spentLinks.add(link);
    this.#jobs.set(job_id, state);
  }

  async load(jobId: string): Promise<JobState | undefined> {
    return this.#jobs.get(jobId);
  }

  async readJob(jobId: string, afterSeq: number, limit: number): Promise<JobEvent[]> {
    return this.#events.filter((e) => e.job_id === jobId && e.seq > afterSeq).slice(0, limit);
  }

  async readAll(afterEventId: string | null, limit: number): Promise<JobEvent[]> {
    const after = afterEventId === null ? 0 : this.#positions.get(afterEventId);
    if (after === undefined) throw unknownCursor(`event id ${afterEventId}`);
    return this.#events.slice(after, after + limit);
  }

  async lastEventId(): Promise<string | null> {
    return this.#events.at(-1)?.id ?? null;
  }

  async findEvent(eventId: string): Promise<JobEvent | undefined> {
    const position = this.#positions.get(eventId);
    return position === undefined ? undefined : this.#events[position - 1];
  }

  async list(query: JobQuery): Promise<{ jobs: JobState[]; next_cursor: string | null }> {
    const q = query.q?.toLowerCase();
    let jobs = this.#oldestFirst().reverse();
    if (query.cursor !== undefined) {
      const id = decodeCursor(query.cursor);
      const index = jobs.findIndex((job) => job.id === id);
      if (index < 0) throw unknownCursor("the page cursor");
      jobs = jobs.slice(index + 1);
    }
    const found = jobs.filter(
      (job) =>
        (query.status === undefined || query.status.includes(job.status)) &&
        (query.pipeline === undefined || job.pipeline === query.pipeline) &&
        (q === undefined || `${job.slug}\n${job.intent}`.toLowerCase().includes(q)),
    );
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    return { jobs: page, next_cursor: found.length > page.length && last ? encodeCursor(last.id) : null };
  }

  async unfinished(): Promise<JobState[]> {
    return this.#oldestFirst().filter((job) => !TERMINAL.has(job.status));
  }

  async queuedIds(): Promise<string[]> {
    return this.#oldestFirst()
      .filter((job) => job.status === "queued")
      .sort((a, b) => b.priority - a.priority)
      .map((job) => job.id);
  }

  async artifactVersions(jobId: string, artifactId: string): Promise<Artifact[]> {
    return [...(this.#versions.get(`${jobId} ${artifactId}`) ?? [])];
  }

  async dueTimers(now: string) {
    const due = this.#timers().filter((timer) => Date.parse(timer.fire_at) <= Date.parse(now));
    return due.map(({ job_id, timer_id, fire_at }) => ({ job_id, timer_id, fire_at }));
  }

  async nextTimerAt(): Promise<string | null> {
    return this.#timers()[0]?.fire_at ?? null;
  }

  async rememberKey(key: string, requestHash: string, jobId: string) {
    const known = this.#keys.get(key) ?? { request_hash: requestHash, job_id: jobId };
    this.#keys.set(key, known);
    return known;
  }

  async findKey(key: string) {
    return this.#keys.get(key);
  }

  async saveUpload(upload: UploadRecord): Promise<void> {
    if (this.#uploads.has(upload.upload_id)) throw new TypeError(`upload ${upload.upload_id} exists`);
    this.#uploads.set(upload.upload_id, upload);
  }

  async findUpload(uploadId: string): Promise<UploadRecord | undefined> {
    return this.#uploads.get(uploadId);
  }

  async close(): Promise<void> {}

  #oldestFirst(): JobState[] {
    return [...this.#jobs.values()].sort(
      (a, b) => compare(a.created_at, b.created_at) || compare(a.id, b.id),
    );
  }

  #timers() {
    return [...this.#jobs.values()]
      .flatMap((job) => job.timers.map(({ id, fire_at }) => ({ job_id: job.id, timer_id: id, fire_at })))
      .sort((a, b) => Date.parse(a.fire_at) - Date.parse(b.fire_at) || compare(a.job_id, b.job_id));
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
