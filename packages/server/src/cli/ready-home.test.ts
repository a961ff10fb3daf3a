import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { BadInput } from "./print-error.ts";
import { readyHome } from "./ready-home.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

test("makes a home with its folders and takes one that is there", () => {
  const home = join(mkdtempSync(join(tmpdir(), "greenlight-home-")), "a", "b");
  readyHome(home);
  readyHome(home);
  expect(statSync(join(home, ".greenlight")).mode & 0o777).toBe(0o700);
});

test("refuses a file as the home, and a home behind a file", () => {
  const file = join(mkdtempSync(join(tmpdir(), "greenlight-home-")), "file");
  writeFileSync(file, "");
  expect(() => readyHome(file)).toThrow(`${file} is a file, not a folder`);
  expect(() => readyHome(join(file, "below"))).toThrow(BadInput);
});

// /proc is a file system in which nobody, not even root, can make a folder.
test.runIf(existsSync("/proc/self")).each([["serve"], ["doctor"], ["make", "brief.yaml"]])(
  "%s ends at once where the home cannot be made",
  (...command) => {
    const cwd = mkdtempSync(join(tmpdir(), "greenlight-home-"));
    writeFileSync(join(cwd, "brief.yaml"), "title: Tides\nintent: Tell how tides make power.\n");
    const { status, stdout } = spawnSync(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", MAIN, ...command, "--home", "/proc/nothome", "--json"],
      { cwd, encoding: "utf8", timeout: 20_000, killSignal: "SIGKILL" },
    );
    expect(status).toBe(2);
    const { error } = JSON.parse(stdout);
    expect(error).toMatchObject({ code: "invalid_field", fields: [{ field: "--home" }] });
    expect(error.message).toContain("/proc/nothome");
  },
  25_000,
);
