/**
 * The ports: what the application needs of the outside, named by role. Adapters implement them, compose.ts wires
 * them, contract suites (`*.contract.ts`) hold every implementation of a port to the same behaviour.
 */

import type { Role } from "@greenlight/contract/access";
import type { CreateJob, Decision, RejectDecision, ResumeJob, RetryJob } from "@greenlight/contract/api";
import type { Artifact, ArtifactKind, ArtifactMeta } from "@greenlight/contract/artifact";
import type { BriefSource } from "@greenlight/contract/brief";
import type { Outline, Research } from "@greenlight/contract/documents";
import type { ErrorCode } from "@greenlight/contract/errors";
import type { JobEvent, JobStatus, ProgressFrame } from "@greenlight/contract/event";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { JobCfg } from "@greenlight/contract/job";
import type { Origin } from "@greenlight/contract/origin";
import type { Patch } from "@greenlight/contract/patch";
import type { Storyboard } from "@greenlight/contract/storyboard";
import type { FailureKind } from "../domain/events.ts";
import type { JobState } from "../domain/state.ts";

// ───────────────────────────────────────────────────────────── time, ids, logs

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Ids {
  /** A UUIDv7 greater than every one this process made before. */
  next(): string;
}

export type LogTag = "api" | "orchestrator" | "stage" | "gate" | "events" | "ui";
export interface Logger {
  debug(tag: LogTag, message: string, fields?: Record<string, unknown>): void;
  info(tag: LogTag, message: string, fields?: Record<string, unknown>): void;
  warn(tag: LogTag, message: string, fields?: Record<string, unknown>): void;
  error(tag: LogTag, message: string, fields?: Record<string, unknown>): void;
}

// ───────────────────────────────────────────────────────────── store

/** `append` found another version than expected; nothing was written. Load again and decide again. */
export class VersionConflict extends Error {
  override name = "VersionConflict";
}

/** An adapter's other side is away or full. Try again later. */
export class Unavailable extends Error {
  override name = "Unavailable";
}

export type AppendRequest = {
  readonly job_id: string;
  /** Events the job had when the caller decided; 0 = the job must not exist yet. */
  readonly expected_version: number;
  /** Complete, in order, seq = expected_version + 1 … */
  readonly events: readonly JobEvent[];
  /** The state after them; the store derives the rows of jobs, gates, artifacts and timers from it. */
  readonly state: JobState;
};

export type JobQuery = {
  readonly status?: readonly JobStatus[];
  readonly pipeline?: string;
  /** Substring of slug or intent, case-insensitive. */
  readonly q?: string;
  readonly limit: number;
  /** Opaque, from `next_cursor`. */
  readonly cursor?: string;
};

export type DueTimer = { readonly job_id: string; readonly timer_id: string; readonly fire_at: string };

export interface EventStore {
  /**
   * Writes events, job, gates, artifacts and timers in one transaction. Appends of several jobs made in the same
   * turn of the event loop may share a commit; each still succeeds or fails alone. Resolves when committed.
   * @throws VersionConflict when the job's version is not `expected_version`.
   */
  append(request: AppendRequest): Promise<void>;
  load(jobId: string): Promise<JobState | undefined>;
  /** Events of one job with seq > afterSeq, in order. */
  readJob(jobId: string, afterSeq: number, limit: number): Promise<JobEvent[]>;
  /** Events of all jobs after the event with this id (null = from the first), in the order they were appended. */
  readAll(afterEventId: string | null, limit: number): Promise<JobEvent[]>;
  /** Id of the newest event of all jobs; null while there is none. */
  lastEventId(): Promise<string | null>;
  findEvent(eventId: string): Promise<JobEvent | undefined>;
  /** Newest first. @throws Rejection `unknown_cursor`. */
  list(query: JobQuery): Promise<{ jobs: JobState[]; next_cursor: string | null }>;
  /** Every job that is not completed, failed or canceled, oldest first. */
  unfinished(): Promise<JobState[]>;
  /** Queued jobs in the order they will start: higher priority, then older. */
  queuedIds(): Promise<string[]>;
  /** Every version an artifact ever had, oldest first. */
  artifactVersions(jobId: string, artifactId: string): Promise<Artifact[]>;
  /** Timers with fire_at ≤ now, earliest first. */
  dueTimers(now: string): Promise<DueTimer[]>;
  /** The earliest fire_at of all timers, or null. */
  nextTimerAt(): Promise<string | null>;
  /** Remembers which job a client's Idempotency-Key made. Returns the existing row if the key is known. */
  rememberKey(
    key: string,
    requestHash: string,
    jobId: string,
  ): Promise<{ request_hash: string; job_id: string }>;
  findKey(key: string): Promise<{ request_hash: string; job_id: string } | undefined>;
  saveUpload(upload: UploadRecord): Promise<void>;
  findUpload(uploadId: string): Promise<UploadRecord | undefined>;
  close(): Promise<void>;
}

export type UploadRecord = {
  readonly upload_id: string;
  readonly path: string;
  readonly sha256: string;
  readonly size_bytes: number;
  readonly media_type: string;
  readonly created_at: string;
};

// ───────────────────────────────────────────────────────────── objects and cache

export type StoredObject = { readonly sha256: string; readonly size_bytes: number };

/** Content-addressed bytes. Writing the same bytes twice stores them once; nothing is ever overwritten. */
export interface ObjectStore {
  put(data: Uint8Array): Promise<StoredObject>;
  /** Takes the file over (moves or copies it). */
  putFile(path: string): Promise<StoredObject>;
  has(sha256: string): Promise<boolean>;
  read(sha256: string): Promise<Uint8Array>;
  /** A local path to read from; never write to it. */
  localPath(sha256: string): Promise<string>;
  /** Bytes start…end inclusive. */
  stream(sha256: string, range?: { start: number; end: number }): Promise<NodeJS.ReadableStream>;
}

/** What a key built before: enough to link every output in again. */
export type CacheEntry = {
  readonly key: string;
  readonly value: unknown;
  readonly sha256s: readonly string[];
};

/** Results by key (adapter, version, parameters, input hashes, seed). An entry whose objects are gone is a miss. */
export interface BuildCache {
  get(key: string): Promise<CacheEntry | undefined>;
  put(entry: CacheEntry): Promise<void>;
}

// ───────────────────────────────────────────────────────────── stages

/** A stage's error. `retryable`: again after back-off. `terminal`: never. `needs_operator`: a person must act first. */
export class StageFailure extends Error {
  override name = "StageFailure";
  readonly kind: FailureKind;
  readonly code: ErrorCode;
  constructor(kind: FailureKind, code: ErrorCode, message: string) {
    super(message);
    this.kind = kind;
    this.code = code;
  }
}

export type InputArtifact = {
  readonly stage: string;
  readonly kind: ArtifactKind;
  readonly name: string;
  readonly sha256: string;
  readonly media_type: string;
  readonly size_bytes: number;
  readonly meta: ArtifactMeta;
  /** Absolute path of the content; read only. */
  readonly file: string;
  text(): Promise<string>;
  bytes(): Promise<Uint8Array>;
  json<T>(schema: { parse(value: unknown): T }): Promise<T>;
};

export type WriteOptions = {
  readonly media_type: string;
  readonly meta: ArtifactMeta;
  /** Sha256 of each artifact or file it was made from, for `meta.inputs`; default: every input the adapter reads. */
  readonly inputs?: readonly string[];
};

export type MapOptions<Item> = {
  /** Items under way at once; default 1. */
  readonly concurrency?: number;
  /** All that decides an item's result besides the adapter's version and the seed; JSON. Default: the item. */
  readonly key?: (item: Item, index: number) => unknown;
  /** Part of the cache key: what is built. */
  readonly name: string;
  /** The part of the stage's progress this takes; default [0, 1]. */
  readonly progress?: readonly [from: number, to: number];
  /** Further tries of one item after a retryable failure; default 0. */
  readonly retries?: number;
};

/** A file made by an item of `ctx.map` or `ctx.once`, stored by content. Plain JSON, so it can be cached. */
export type FileRef = { readonly sha256: string; readonly size_bytes: number };

export interface StageContext {
  readonly job: { readonly id: string; readonly slug: string; readonly intent: string };
  readonly stage: string;
  readonly attempt: number;
  readonly cfg: JobCfg;
  readonly seed: number;
  /** Reviewers' notes, oldest first; empty on a first run. */
  readonly feedback: readonly FeedbackNote[];
  /** Patches of the `rebuild` kind to honour (level_adjust, asset_replace). */
  readonly patches: readonly Patch[];
  /** Files that the patches name, by upload id. */
  readonly uploads: StageRequest["uploads"];
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly providers: Providers;
  /** Scratch folder of this attempt, empty at the start, deleted at the end. */
  readonly workdir: string;
  /** All inputs of a kind, in the order they were written. */
  inputs(kind: ArtifactKind): readonly InputArtifact[];
  /** The one input of a kind (and name). @throws StageFailure terminal when there is none. */
  input(kind: ArtifactKind, name?: string): InputArtifact;
  /** 0…1 of this stage. */
  progress(fraction: number, message: string): void;
  /** Hands over an output: content or a stored file. `name` may have folders (`b01.png`, `beats/b01.mp4`). */
  write(
    kind: ArtifactKind,
    name: string,
    data: string | Uint8Array | FileRef,
    options: WriteOptions,
  ): Promise<void>;
  /** Puts a file of the workdir into the object store. */
  store(path: string): Promise<FileRef>;
  /** Absolute local path of a stored file. */
  open(ref: FileRef): Promise<string>;
  /** Runs `fn` per item with progress, cancel and cache; results (JSON values) in the order of the items. */
  map<Item, Result>(
    items: readonly Item[],
    options: MapOptions<Item>,
    fn: (item: Item, index: number) => Promise<Result>,
  ): Promise<Result[]>;
  /**
   * Runs `fn` unless its result for this name and key (JSON) is known, from whichever stage: the name says what is
   * computed and carries its version (`speech@1`), the key everything that decides it. The result must be JSON.
   */
  once<Result>(name: string, key: unknown, fn: () => Promise<Result>): Promise<Result>;
}

export type StageAdapter<Params = Record<string, unknown>> = {
  /** Name by which a pipeline's `uses` finds it. */
  readonly name: string;
  /** Raise it whenever the same inputs would give other outputs: it is part of every key. */
  readonly version: number;
  readonly params: { parse(value: unknown): Params };
  /** Kinds of artifacts it reads; together with `reads_cfg` they decide whether a stored result still counts. */
  readonly reads: readonly ArtifactKind[];
  /** The part of the configuration it depends on (JSON). */
  readonly reads_cfg: (cfg: JobCfg) => unknown;
  run(ctx: StageContext, params: Params): Promise<void>;
};

/** What a stage host needs to run one attempt; plain JSON (it crosses a process boundary). */
export type StageRequest = {
  readonly job: { readonly id: string; readonly slug: string; readonly intent: string };
  readonly stage: string;
  readonly uses: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly attempt: number;
  readonly token: number;
  readonly cfg: JobCfg;
  readonly feedback: readonly FeedbackNote[];
  readonly patches: readonly Patch[];
  /** Files that the patches name, by upload id. */
  readonly uploads: Readonly<Record<string, FileRef & { readonly media_type: string }>>;
  readonly inputs: readonly Omit<InputArtifact, "file" | "text" | "bytes" | "json">[];
  readonly timeout_s: number;
};

export type StageOutput = {
  readonly kind: ArtifactKind;
  readonly name: string;
  readonly sha256: string;
  readonly size_bytes: number;
  readonly media_type: string;
  readonly meta: ArtifactMeta;
};

export type StageOutcome =
  | {
      readonly ok: true;
      readonly outputs: readonly StageOutput[];
      readonly from_cache: boolean;
      readonly items_built: number;
      readonly items_reused: number;
    }
  | { readonly ok: false; readonly kind: FailureKind; readonly code: ErrorCode; readonly message: string }
  /** Ended by the signal, or the process died. */
  | { readonly ok: "aborted" }
  | { readonly ok: "crashed"; readonly message: string };

/** One line of logs/<stage>.log. */
export type StageLogLine = {
  readonly ts: string;
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields?: Record<string, unknown>;
};

export type StageReports = {
  progress(fraction: number, message: string): void;
  log(line: Omit<StageLogLine, "ts">): void;
};

/** Runs attempts somewhere: child processes, in process (tests, benchmarks), later other machines. Never throws. */
export interface StageExecutor {
  run(request: StageRequest, reports: StageReports, signal: AbortSignal): Promise<StageOutcome>;
  close(): Promise<void>;
}

// ───────────────────────────────────────────────────────────── providers

export interface Writer {
  /** For `meta.made_by`, e.g. `writer:builtin@1`. */
  readonly id: string;
  /** Fields of the brief that have a value (given or by default) and that this writer does not use, e.g. `["tone"]`. */
  briefUnused?(cfg: JobCfg): string[];
  outline(input: {
    cfg: JobCfg;
    research: Research;
    feedback: readonly FeedbackNote[];
    /** Measures a text as it will be spoken, so that what is written fills the film. */
    speechSeconds(text: string): Promise<number>;
    /** Hears each wish of the feedback that could not be honoured, and why. */
    tell?(unmet: string): void;
    signal: AbortSignal;
  }): Promise<Outline>;
  /** Markdown: `# title`, then `## section` headings with narration and `[S1]` citations. */
  script(input: {
    cfg: JobCfg;
    outline: Outline;
    research: Research;
    feedback: readonly FeedbackNote[];
    speechSeconds(text: string): Promise<number>;
    /** Hears each wish of the feedback that could not be honoured, and why. */
    tell?(unmet: string): void;
    signal: AbortSignal;
  }): Promise<string>;
  /** Splits the script into beats and chooses visuals. `speechSeconds` measures a text as it will be spoken. */
  storyboard(input: {
    cfg: JobCfg;
    slug: string;
    script: string;
    research: Research;
    feedback: readonly FeedbackNote[];
    speechSeconds(text: string): Promise<number>;
    /** Hears each wish of the feedback that could not be honoured, and why. */
    tell?(unmet: string): void;
    signal: AbortSignal;
  }): Promise<Storyboard>;
}

export type SpokenWord = {
  /** As written in the text, with its punctuation. */
  readonly text: string;
  /** Seconds from the start of the audio. */
  readonly start_s: number;
  readonly end_s: number;
};

/** Mono speech; `samples` −1…1. */
export type Spoken = {
  readonly sample_rate: number;
  readonly samples: Float32Array;
  readonly words: readonly SpokenWord[];
};

export interface SpeechSynthesizer {
  /** e.g. `speech:flite/rms`. */
  readonly id: string;
  /** Empty or unspeakable text gives zero samples and no words. */
  speak(text: string, options: { language: string; voice?: string; signal: AbortSignal }): Promise<Spoken>;
}

/** Reads one source (a file's bytes, a page fetched over http(s), or given text) to plain text paragraphs. */
export interface SourceReader {
  /** @throws Rejection source_empty, source_too_large, source_unreadable, source_fetch_failed, source_address_refused. */
  read(
    source: BriefSource,
    /** The file's content where the source is a `path`. */
    file: { readonly bytes: Uint8Array; readonly media_type: string } | null,
    signal: AbortSignal,
  ): Promise<SourceText>;
}
export type SourceText = {
  readonly title: string;
  readonly origin: string;
  readonly media_type: string;
  /** Prose paragraphs and headings in order; offsets count characters of `text`. */
  readonly text: string;
  readonly blocks: readonly {
    readonly kind: "heading" | "paragraph" | "item";
    readonly start: number;
    readonly end: number;
  }[];
};

/** Whether what a brief names can be used, so that a job that cannot end is never made. */
export interface BriefMedia {
  /** @throws Rejection voice_unknown: `voice` (default: the configured one) does not exist or not for the language. */
  voice(language: string, voice: string | undefined): Promise<void>;
  /** @throws Rejection media_unreadable */
  picture(path: string): Promise<void>;
  /** @throws Rejection media_unreadable */
  sound(path: string): Promise<void>;
}

export type MediaMeasure = { readonly name: string; readonly unit: string; readonly value: number };

/** Measures a stored picture, sound or film while a person waits: nothing that takes more than a read of the file. */
export interface MediaMeter {
  /** `not_measured`: names of measures that fit the medium and were not taken. @throws Error for a torn file. */
  measure(
    path: string,
    mediaType: string,
  ): Promise<{ readonly measured: readonly MediaMeasure[]; readonly not_measured: readonly string[] }>;
}

export type Providers = {
  readonly writer: Writer;
  readonly speech: SpeechSynthesizer;
  readonly sources: SourceReader;
};

/** Reads the providers' names from `modules.yaml` as it was snapshotted into the job. */
export type ProviderFactory = (cfg: JobCfg) => Providers;

// ───────────────────────────────────────────────────────────── driving side: what HTTP, CLI and inbox call

/** Who asks, and from where. Only an admin may set `by` to another name. */
export type Actor = { readonly name: string; readonly role: Role; readonly origin: Origin };

/** Everything an operator can ask for. Every method throws Rejection (nothing changed) or resolves with the new state. */
export interface Operations {
  /**
   * Checks the whole request, stores the files its brief names, makes the job. `base_dir` is the folder a source's
   * `path` is relative to and may not leave. A known idempotency key with the same body returns the job it made.
   */
  submit(
    request: CreateJob,
    actor: Actor,
    options: { readonly base_dir: string; readonly idempotency_key?: string },
  ): Promise<JobState>;
  approve(jobId: string, decision: Decision, actor: Actor): Promise<JobState>;
  reject(jobId: string, decision: RejectDecision, actor: Actor): Promise<JobState>;
  resume(jobId: string, request: ResumeJob, actor: Actor): Promise<JobState>;
  pause(jobId: string, request: { readonly now: boolean }, actor: Actor): Promise<JobState>;
  cancel(jobId: string, notes: string | null, actor: Actor): Promise<JobState>;
  retry(jobId: string, request: RetryJob, actor: Actor): Promise<JobState>;
  applyPatch(jobId: string, stage: string, patch: Patch, actor: Actor): Promise<JobState>;
}

/** What just happened, to those who listen now. Whoever must not miss anything reads the store as well. */
export interface LiveFeed {
  /** Called after each commit, in commit order. Returns the function that stops it. */
  onEvents(listener: (events: readonly JobEvent[]) => void): () => void;
  onProgress(listener: (frame: ProgressFrame) => void): () => void;
  /** The last progress of the job's running stage. */
  progressOf(jobId: string): ProgressFrame | undefined;
}
