import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { readEnvironment, SHIPPED_CONF } from "../config.ts";
import type { Check } from "./doctor.ts";
import { runCli } from "./program.ts";

async function doctor(home: string): Promise<{ code: number; failed: Check[]; ids: string[] }> {
  let out = "";
  const stdout = new PassThrough().on("data", (data) => {
    out += data;
  });
  const code = await runCli(["doctor", "--home", home, "--json"], {
    ...{
      env: readEnvironment({}),
      cwd: home,
      stdin: new PassThrough(),
      stdout,
      stderr: new PassThrough(),
      fetch,
    },
    compose: () => Promise.reject(new Error("doctor needs no engine")),
    onInterrupt: () => () => {},
  });
  const { checks } = JSON.parse(out) as { checks: Check[] };
  return { code, failed: checks.filter((check) => !check.ok), ids: checks.map((check) => check.id) };
}

test("names what is wrong, each with a remedy, and ends with 1", async () => {
  const blocker = createServer();
  const port = await new Promise<number>((done) => {
    blocker.listen(0, "127.0.0.1", () => done((blocker.address() as { port: number }).port));
  });
  const home = mkdtempSync(join(tmpdir(), "greenlight-doctor-"));
  mkdirSync(join(home, "conf"));
  writeFileSync(join(home, "conf", "brief.yaml"), "tone: clear\n");

  const operator = readFileSync(join(SHIPPED_CONF, "operator.yaml"), "utf8");
  writeFileSync(join(home, "conf", "operator.yaml"), operator.replace("port: 8008", `port: ${port}`));

  const taken = await doctor(home);
  expect(taken.code).toBe(1);
  expect(taken.failed).toEqual([
    expect.objectContaining({ id: "port", remedy: expect.stringContaining("server.port") }),
  ]);
  await new Promise((done) => blocker.close(done));

  expect(await doctor(home)).toMatchObject({ code: 0, failed: [] });

  writeFileSync(join(home, "conf", "modules.yaml"), "speech: builtin\nmodels: {}\n");
  const broken = await doctor(home);
  expect(broken.failed.map((check) => check.id)).toEqual(["configuration"]);
  expect(broken.failed[0]?.detail).toContain("modules.yaml:1:1: writer: This field is missing.");
});
