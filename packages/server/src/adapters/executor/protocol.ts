import type { StageOutcome, StageReports, StageRequest } from "../../app/ports/stage-executor.ts";

/** What the server says to a stage host. One attempt at a time; `abort` is about the one under way. */
export type ToHost = { readonly type: "run"; readonly request: StageRequest } | { readonly type: "abort" };

/** What a stage host says to the server. `done` ends the attempt. */
export type FromHost =
  | { readonly type: "ready" }
  | { readonly type: "progress"; readonly fraction: number; readonly message: string }
  | { readonly type: "log"; readonly line: Parameters<StageReports["log"]>[0] }
  | { readonly type: "done"; readonly outcome: StageOutcome };
