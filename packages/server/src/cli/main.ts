/**
 * The command's process. The first SIGINT or SIGTERM asks the command to end in good order, so that jobs can go on
 * later; a second one, a second or more after it, ends the process at once. (A terminal and the launcher may both
 * pass on the same Ctrl-C, hence the second.)
 */
import { readEnvironment } from "../config.ts";
import { EXIT } from "./context.ts";
import { runCli } from "./program.ts";

const listeners = new Set<() => void>();
let firstAt: number | null = null;
const interrupt = () => {
  if (firstAt !== null && Date.now() - firstAt < 1000) return;
  if (firstAt !== null || listeners.size === 0) process.exit(EXIT.interrupted);
  firstAt = Date.now();
  for (const listener of listeners) listener();
};
process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);
// A reader that went away (`greenlight jobs | head`) is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(EXIT.done);
  });

process.exitCode = await runCli(process.argv.slice(2), {
  env: readEnvironment(),
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  compose: async () => (await import("../compose.ts")).compose,
  fetch,
  onInterrupt(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
});
