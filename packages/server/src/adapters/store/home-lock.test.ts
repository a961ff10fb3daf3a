import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Unavailable } from "../../app/ports/unavailable.ts";
import { lockHome } from "./home-lock.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "greenlight-lock-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test("a HOME is held once, and free again after release", () => {
  const first = lockHome(home);
  expect(() => lockHome(home)).toThrow(Unavailable);
  expect(() => lockHome(home)).toThrow(`process ${process.pid}`);
  first.release();
  first.release();
  lockHome(home).release();
});

test("another process that holds HOME is named; when it is killed, nothing is left to clear", async () => {
  const module = new URL("./home-lock.ts", import.meta.url).href;
  const script = `const { lockHome } = await import(${JSON.stringify(module)});
    globalThis.held = lockHome(${JSON.stringify(home)}); process.stdout.write("held"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await once(child.stdout, "data");
    expect(() => lockHome(home)).toThrow(`in use by another Greenlight server (process ${child.pid})`);
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  lockHome(home).release();
});

test("a HOME that cannot be written says so", () => {
  const file = join(home, "file");
  writeFileSync(file, "");
  expect(() => lockHome(file)).toThrow(/cannot be written/);
});
