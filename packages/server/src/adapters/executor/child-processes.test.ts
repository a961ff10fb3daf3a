import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import type { StageExecutor, StageRequest } from "../../app/ports/stage-executor.ts";
import { createChildProcessExecutor } from "./child-processes.ts";

const file = (name: string) => fileURLToPath(new URL(`./testing/${name}`, import.meta.url));
const log = { debug() {}, info() {}, warn() {}, error() {} };

let executor: StageExecutor;
function open(spare = 1): void {
  const entry = file("scripted-host.ts");
  executor = createChildProcessExecutor({ entry, args: [], env: process.env, spare, log });
}
afterEach(() => executor.close());

/** Runs a stage; `pids` and `lines` get what it reports. */
function run(stage: string, abort = new AbortController(), onProgress = () => {}) {
  const pids: number[] = [];
  const lines: string[] = [];
  const reports = {
    progress: (_: number, pid: string) => {
      pids.push(Number(pid));
      onProgress();
    },
    log: (line: { message: string }) => void lines.push(line.message),
  };
  const outcome = executor.run({ stage } as StageRequest, reports, abort.signal);
  return { outcome, pids, lines };
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  const end = Date.now() + 3000;
  while (alive(pid) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(alive(pid)).toBe(false);
}

it("passes progress and log on, and gives a host that ended well the next attempt", async () => {
  open();
  const first = run("a");
  expect(await first.outcome).toMatchObject({ ok: true });
  expect(first.lines).toEqual(["here"]);
  const second = run("b");
  expect(await second.outcome).toMatchObject({ ok: true });
  expect(second.pids).toEqual(first.pids);
});

it("tells a crash, and has another host for the next attempt", async () => {
  open();
  expect(await run("crash").outcome).toEqual({
    ok: "crashed",
    message: "the stage's process ended with code 7",
  });
  expect(await run("a").outcome).toMatchObject({ ok: true });
});

it("kills within 2 s a host that holds its event loop and hears no abort", async () => {
  open();
  const abort = new AbortController();
  let aborted = 0;
  const { outcome, pids } = run("deaf", abort, () => {
    aborted = Date.now();
    abort.abort();
  });
  expect(await outcome).toEqual({ ok: "aborted" });
  expect(Date.now() - aborted).toBeLessThan(2000);
  await gone(pids[0] ?? 0);
});

it("does not begin what is aborted already", async () => {
  open(0);
  const abort = new AbortController();
  abort.abort();
  expect(await run("a", abort).outcome).toEqual({ ok: "aborted" });
});

it("leaves no host behind when the server is killed", async () => {
  open(0);
  const server = spawn(process.execPath, [file("orphan.ts")], { stdio: ["ignore", "pipe", "ignore"] });
  const [line] = (await once(server.stdout, "data")) as [Buffer];
  const host = Number(line.toString());
  expect(alive(host)).toBe(true);
  server.kill("SIGKILL");
  await gone(host);
});
