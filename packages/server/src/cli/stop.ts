import { resolve } from "node:path";
import { type CliContext, EXIT } from "./context.ts";
import { homeHolder } from "./home-lock.ts";
import { BadInput } from "./print-error.ts";

const PATIENCE_MS = 15_000;
const POLL_MS = 50;

/** Stops the process that runs jobs in this home, and no other; its jobs go on at the next start. */
export async function stop(options: { home: string; json?: boolean }, context: CliContext): Promise<number> {
  const home = resolve(context.cwd, options.home);
  const holder = homeHolder(home);
  const tell = (stopped: number | null, text: string) => {
    context.stdout.write(options.json ? `${JSON.stringify({ stopped })}\n` : `${text}\n`);
    return EXIT.done;
  };
  if (holder === null) return tell(null, `Nothing runs in ${home}.`);
  process.kill(holder.pid, "SIGTERM");
  const until = Date.now() + PATIENCE_MS;
  while (homeHolder(home)?.pid === holder.pid) {
    if (Date.now() > until)
      throw new BadInput(
        `Process ${holder.pid} did not end within ${PATIENCE_MS / 1000} s.`,
        `See what it does; \`kill -9 ${holder.pid}\` loses nothing, the next start recovers.`,
      );
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  return tell(holder.pid, `Stopped process ${holder.pid}.`);
}
