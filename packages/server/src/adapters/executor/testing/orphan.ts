/** A server for tests: starts one warm host, runs an attempt that never ends, and is killed. */
import { fileURLToPath } from "node:url";
import type { StageRequest } from "../../../app/ports/stage-executor.ts";
import { createChildProcessExecutor } from "../child-processes.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const executor = createChildProcessExecutor({
  entry: fileURLToPath(new URL("./scripted-host.ts", import.meta.url)),
  args: [],
  env: process.env,
  spare: 0,
  log,
});
const request = { stage: "endless" } as StageRequest;
await executor.run(
  request,
  { progress: (_, pid) => void process.stdout.write(`${pid}\n`), log() {} },
  new AbortController().signal,
);
