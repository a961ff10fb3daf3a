import type { JobEvent, ProgressFrame } from "@greenlight/contract/event";

/** What just happened, to those who listen now. Whoever must not miss anything reads the store as well. */
export interface LiveFeed {
  /** Called after each commit, in commit order. Returns the function that stops it. */
  onEvents(listener: (events: readonly JobEvent[]) => void): () => void;
  onProgress(listener: (frame: ProgressFrame) => void): () => void;
  /** The last progress of the job's running stage. */
  progressOf(jobId: string): ProgressFrame | undefined;
}
