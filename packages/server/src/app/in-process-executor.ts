import { type ExecuteDeps, executeStage } from "./execute-stage.ts";
import type { StageExecutor } from "./ports/stage-executor.ts";

/** Runs attempts in the server's own process: for tests and benchmarks, where a stage does next to nothing. */
export function createInProcessExecutor(deps: ExecuteDeps): StageExecutor {
  return {
    run: (request, reports, signal) => executeStage(request, deps, reports, signal),
    close: async () => {},
  };
}
