import type { Artifact } from "@greenlight/contract/artifact";
import type { Comparison } from "@greenlight/contract/comparison";

/** Compares two versions of an artifact without keeping the caller's process from its other work. */
export interface VersionComparer {
  /** @throws Rejection media_unreadable | comparison_too_large | unavailable; the signal's reason when aborted. */
  compare(from: Artifact, to: Artifact, signal: AbortSignal): Promise<Comparison>;
}
