/**
 * A stage host: the child process that runs attempts, one at a time, for the server that forked it. It waits for
 * `run`, reports progress and log lines, and answers with `done`; `abort` ends the attempt early. When the server
 * goes away, however that happens, the channel closes and the host ends with it; what its attempt had stored by then
 * is found in the cache by the next.
 */
import { mkdirSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { openDiskObjects } from "./adapters/artifacts/disk.ts";
import { openDiskCache } from "./adapters/artifacts/disk-cache.ts";
import type { FromHost, ToHost } from "./adapters/executor/protocol.ts";
import { executeStage } from "./app/execute-stage.ts";
import { createProviders, type SourceLimits } from "./providers.ts";
import { STAGES } from "./stages/registry.ts";

export type HostSettings = {
  readonly data: string;
  readonly scratch: string;
  readonly sources: SourceLimits;
};

const settings = JSON.parse(process.argv[2] ?? "") as HostSettings;
const objects = await openDiskObjects({ root: join(settings.data, "objects") });
const cache = openDiskCache({ root: join(settings.data, "cache"), objects });
const providers = createProviders(settings.sources);
mkdirSync(settings.scratch, { recursive: true });
// A render takes every core; the server that answers requests goes first. Processes started here inherit it.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

let current: AbortController | null = null;
const say = (message: FromHost): void => {
  if (process.connected) process.send?.(message);
};

process.on("disconnect", () => process.exit(0));
process.on("message", async (message: ToHost) => {
  if (message.type === "abort") return current?.abort();
  current = new AbortController();
  const outcome = await executeStage(
    message.request,
    { adapters: STAGES, objects, cache, providers, scratch: settings.scratch },
    {
      progress: (fraction, text) => say({ type: "progress", fraction, message: text }),
      log: (line) => say({ type: "log", line }),
    },
    current.signal,
  );
  current = null;
  say({ type: "done", outcome });
});
say({ type: "ready" });
