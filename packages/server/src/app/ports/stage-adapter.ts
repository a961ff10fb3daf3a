import type { ArtifactKind, ArtifactMeta } from "@greenlight/contract/artifact";
import type { ErrorCode } from "@greenlight/contract/errors";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { JobCfg } from "@greenlight/contract/job";
import type { Patch } from "@greenlight/contract/patch";
import type { FailureKind } from "../../domain/events.ts";
import type { Logger } from "./logger.ts";
import type { FileRef } from "./object-store.ts";
import type { Providers } from "./providers.ts";

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

/** A file that a patch names. */
export type UploadedFile = FileRef & { readonly media_type: string };

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
  readonly uploads: Readonly<Record<string, UploadedFile>>;
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
