import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = join(ROOT, "packages/server/src/cli/main.ts");

/** A real server in a process of its own, as `greenlight serve` starts it. */
export type Server = {
  readonly url: string;
  readonly token: string;
  readonly process: ChildProcess;
  /** kill -9 of the server itself; resolves when it is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
};

/** A temporary home with the source of the short example, and a brief of it small enough to render in seconds. */
export function smallHome(): {
  readonly home: string;
  readonly brief: Record<string, unknown>;
  remove(): void;
} {
  const home = mkdtempSync(join(tmpdir(), "greenlight-test-"));
  cpSync(join(ROOT, "examples/short-vertical/honey.md"), join(home, "uploads", "honey.md"));
  const brief = {
    title: "Why honey never spoils",
    intent: "Explain why honey keeps",
    video: { target_length_s: 20, aspect: "16:9", resolution: "320x180" },
    sources: [{ path: "honey.md" }],
  };
  writeFileSync(join(home, "uploads", "brief.json"), JSON.stringify(brief));
  return { home, brief, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** `env`: what it gets besides this process' own. */
export async function startServer(
  home: string,
  port?: number,
  env: Record<string, string> = {},
): Promise<Server> {
  const at = String(port ?? (await freePort()));
  const args = [
    "--disable-warning=ExperimentalWarning",
    MAIN,
    "serve",
    "--home",
    home,
    "--port",
    at,
    "--json",
  ];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk;
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once("line", resolve)),
    gone.then(() => Promise.reject(new Error(`the server did not start: ${errors}`))),
  ]);
  const { url, console_url } = JSON.parse(line) as { url: string; console_url: string };
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await gone;
  };
  return {
    url,
    token: new URL(console_url).hash.replace("#token=", ""),
    process: child,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
}

/** Runs `greenlight` with these arguments; resolves with what it printed and its exit code. */
export function runCli(args: readonly string[], options: { cwd?: string } = {}) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: options.cwd ?? ROOT,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, stdout, stderr })),
  );
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
