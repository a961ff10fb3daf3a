import type { Artifact } from "@greenlight/contract/artifact";
import type { JobEvent, ProgressFrame } from "@greenlight/contract/event";
import type { EventStore, JobQuery, UploadRecord } from "../../app/ports/event-store.ts";
import type { LiveFeed } from "../../app/ports/live-feed.ts";
import { Rejection } from "../../domain/commands.ts";
import { type JobState, TERMINAL } from "../../domain/state.ts";

/** What HTTP reads, in memory: jobs, one log, uploads, and a feed that tells of each append. */
export class MemoryStore implements EventStore, LiveFeed {
  readonly jobs = new Map<string, JobState>();
  readonly events: JobEvent[] = [];
  readonly versions = new Map<string, Artifact[]>();
  readonly uploads = new Map<string, UploadRecord>();
  readonly progress = new Map<string, ProgressFrame>();
  /** Decision links that decided, by id: when, milliseconds since the epoch. */
  readonly spentLinks = new Map<string, number>();
  /** Awaited before every read of the log, so that a test can let commits happen in between. */
  beforeRead: () => Promise<void> = async () => {};
  reads = 0;
  readonly #eventListeners = new Set<(events: readonly JobEvent[]) => void>();
  readonly #progressListeners = new Set<(frame: ProgressFrame) => void>();
  readonly #keys = new Map<string, { request_hash: string; job_id: string }>();

  /** Adds events to the log and tells the feed. */
  commit(...events: JobEvent[]): void {
    this.events.push(...events);
    for (const listener of this.#eventListeners) listener(events);
  }

  report(frame: ProgressFrame): void {
    this.progress.set(frame.job_id, frame);
    for (const listener of this.#progressListeners) listener(frame);
  }

  get listeners(): number {
    return this.#eventListeners.size + this.#progressListeners.size;
  }

  onEvents(listener: (events: readonly JobEvent[]) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  onProgress(listener: (frame: ProgressFrame) => void): () => void {
    this.#progressListeners.add(listener);
    return () => this.#progressListeners.delete(listener);
  }

  progressOf(jobId: string): ProgressFrame | undefined {
    return this.progress.get(jobId);
  }

  async append(): Promise<void> {
    throw new Error("HTTP never appends");
  }

  async load(jobId: string): Promise<JobState | undefined> {
    return this.jobs.get(jobId);
  }

  async readJob(jobId: string, afterSeq: number, limit: number): Promise<JobEvent[]> {
    this.reads++;
    await this.beforeRead();
    return this.events.filter((event) => event.job_id === jobId && event.seq > afterSeq).slice(0, limit);
  }

  async readAll(afterEventId: string | null, limit: number): Promise<JobEvent[]> {
    this.reads++;
    await this.beforeRead();
    const start = afterEventId === null ? 0 : this.events.findIndex((event) => event.id === afterEventId) + 1;
    return this.events.slice(start, start + limit);
  }

  async lastEventId(): Promise<string | null> {
    return this.events.at(-1)?.id ?? null;
  }

  async findEvent(eventId: string): Promise<JobEvent | undefined> {
    return this.events.find((event) => event.id === eventId);
  }

  async list(query: JobQuery): Promise<{ jobs: JobState[]; next_cursor: string | null }> {
    const all = [...this.jobs.values()]
      .filter((job) => query.status?.includes(job.status) ?? true)
      .filter((job) => query.pipeline === undefined || job.pipeline === query.pipeline)
      .filter((job) => `${job.slug} ${job.intent}`.toLowerCase().includes(query.q?.toLowerCase() ?? ""))
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    const start = query.cursor === undefined ? 0 : all.findIndex((job) => job.id === query.cursor) + 1;
    if (query.cursor !== undefined && start === 0) throw new Rejection("unknown_cursor", "No such page.");
    const jobs = all.slice(start, start + query.limit);
    return { jobs, next_cursor: start + query.limit < all.length ? (jobs.at(-1)?.id ?? null) : null };
  }

  async unfinished(): Promise<JobState[]> {
    return [...this.jobs.values()].filter((job) => !TERMINAL.has(job.status));
  }

  async queuedIds(): Promise<string[]> {
    return [...this.jobs.values()]
      .filter((job) => job.status === "queued")
      .sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1))
      .map((job) => job.id);
  }

  async artifactVersions(jobId: string, artifactId: string): Promise<Artifact[]> {
    return this.versions.get(`${jobId} ${artifactId}`) ?? [];
  }

  async dueTimers(): Promise<[]> {
    return [];
  }

  async nextTimerAt(): Promise<null> {
    return null;
  }

  async rememberKey(key: string, request_hash: string, job_id: string) {
    const known = this.#keys.get(key) ?? { request_hash, job_id };
    this.#keys.set(key, known);
    return known;
  }

  async findKey(key: string) {
    return this.#keys.get(key);
  }

  async saveUpload(upload: UploadRecord): Promise<void> {
    this.uploads.set(upload.upload_id, upload);
  }

  async findUpload(uploadId: string): Promise<UploadRecord | undefined> {
    return this.uploads.get(uploadId);
  }

  async close(): Promise<void> {}
}
