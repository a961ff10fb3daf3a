import { fileURLToPath } from "node:url";
import { createMediaProcesses, type MediaProcesses } from "../media-processes.ts";

/** Real media hosts; by default one at a time. */
export function mediaProcesses(
  more: { readonly timeout_ms?: number; readonly at_once?: number; readonly waiting?: number } = {},
): MediaProcesses {
  const entry = fileURLToPath(new URL("../../../media-host.ts", import.meta.url));
  return createMediaProcesses({
    entry,
    env: process.env,
    at_once: 1,
    waiting: 8,
    timeout_ms: 60_000,
    ...more,
  });
}
