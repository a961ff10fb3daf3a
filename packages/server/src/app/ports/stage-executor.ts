import type { ArtifactKind, ArtifactMeta } from "@greenlight/contract/artifact";
import type { ErrorCode } from "@greenlight/contract/errors";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { JobCfg } from "@greenlight/contract/job";
import type { Patch } from "@greenlight/contract/patch";
import type { FailureKind } from "../../domain/events.ts";
import type { InputArtifact, UploadedFile } from "./stage-adapter.ts";

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
  readonly uploads: Readonly<Record<string, UploadedFile>>;
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
