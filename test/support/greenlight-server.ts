import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const LAUNCHER = fileURLToPath(new URL("../../packages/server/bin/greenlight.js", import.meta.url));

type Listening = { readonly url: string; readonly console_url: string; readonly token: string };
export type RunningServer = Listening & { stop(): Promise<void> };

/** Runs `greenlight serve` as a person would, on a port that is free. @throws Error with its log when it ends early. */
export async function startGreenlight(home: string): Promise<RunningServer> {
  const child = spawn(process.execPath, [LAUNCHER, "serve", "--home", home, "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ADMIN_TOKEN: "" },
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`greenlight serve ended with ${code} before it listened:\n${log}`);
  });
  ended.catch(() => undefined);
  const lines = createInterface({ input: child.stdout });
  const listening = await Promise.race([ended, once(lines, "line").then(([line]) => String(line))]);
  return { ...(JSON.parse(listening) as Listening), stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}
