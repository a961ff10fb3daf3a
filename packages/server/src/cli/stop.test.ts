import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { readEnvironment } from "../config.ts";
import { commandLineFromPs, holdHome, homeHolder } from "./home-lock.ts";
import { runCli } from "./program.ts";

async function stop(home: string): Promise<unknown> {
  let out = "";
  const stdout = new PassThrough().on("data", (data) => {
    out += data;
  });
  await runCli(["stop", "--home", home, "--json"], {
    ...{
      env: readEnvironment({}),
      cwd: home,
      stdin: new PassThrough(),
      stdout,
      stderr: new PassThrough(),
      fetch,
    },
    compose: () => Promise.reject(new Error("stop needs no engine")),
    onInterrupt: () => () => {},
  });
  return JSON.parse(out);
}

/** A home that says this process runs its jobs. */
function homeOf(pid: number): string {
  const home = mkdtempSync(join(tmpdir(), "greenlight-stop-"));
  mkdirSync(join(home, ".greenlight"));
  writeFileSync(
    join(home, ".greenlight", "process.json"),
    JSON.stringify({ pid, command: "serve", url: null }),
  );
  return home;
}

test("stops the process of the home", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "cli/main.ts"]);
  await once(child, "spawn");
  const ended = once(child, "exit");
  expect(await stop(homeOf(child.pid ?? 0))).toEqual({ stopped: child.pid });
  expect((await ended)[1]).toBe("SIGTERM");
});

test.skipIf(process.platform === "win32")("leaves a process alone that only took over the id", async () => {
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(other, "spawn");
  expect(await stop(homeOf(other.pid ?? 0))).toEqual({ stopped: null });
  expect(other.exitCode).toBeNull();
  other.kill();
});

test("a home is held by one process, and taken over after a crash", () => {
  const home = homeOf(2 ** 22 - 1);
  expect(homeHolder(home)).toBeNull();
  const hold = holdHome(home, "make");
  expect(homeHolder(home)).toMatchObject({ pid: process.pid, command: "make" });
  hold.release();
  expect(homeHolder(home)).toBeNull();
});

test.skipIf(spawnSync("ps", ["-p", String(process.pid)]).status !== 0)(
  "tells a whole command line without /proc",
  async () => {
    const long = "x".repeat(300);
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", long, "cli/main.ts"]);
    await once(child, "spawn");
    expect(commandLineFromPs(child.pid ?? 0)).toContain(`${long} cli/main.ts`);
    child.kill();
    await once(child, "exit");
    expect(commandLineFromPs(child.pid ?? 0)).toBeNull();
  },
);
