import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { openSqliteStore } from "../adapters/store/sqlite.ts";
import { SHIPPED_CONF } from "../config/conf-files.ts";
import { readEnvironment } from "../config.ts";
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

test("says which webhook has no key here, by field and variable, and never what the variable holds", async () => {
  const home = mkdtempSync(join(tmpdir(), "greenlight-doctor-"));
  mkdirSync(join(home, "conf"));
  writeFileSync(join(home, "conf", "brief.yaml"), "tone: clear\n");
  const chat = "{ name: chat, url: 'https://hooks.example/', events: [job_failed], secret_env: CHAT_KEY }";
  const operator = readFileSync(join(SHIPPED_CONF, "operator.yaml"), "utf8").replace("port: 8008", "port: 0");
  writeFileSync(
    join(home, "conf", "operator.yaml"),
    operator.replace("webhooks: []", `webhooks:\n  - ${chat}`),
  );
  for (const [value, said] of [
    ["", "CHAT_KEY is not set"],
    ["sesame", "CHAT_KEY holds no key"],
  ]) {
    vi.stubEnv("CHAT_KEY", value);
    const { code, failed } = await doctor(home);
    expect([code, failed.map((check) => check.id)]).toEqual([1, ["webhooks"]]);
    expect(failed[0]?.detail).toMatch(/operator\.yaml:\d+:\d+: webhooks\.0\.secret_env: /);
    expect(failed[0]?.detail).toContain(said);
    expect(failed[0]?.remedy).toContain("Set CHAT_KEY");
    expect(JSON.stringify(failed)).not.toContain("sesame");
  }
  vi.stubEnv("CHAT_KEY", "k".repeat(24));
  const right = await doctor(home);
  expect([right.code, right.failed]).toEqual([0, []]);
  expect(right.ids).toContain("webhooks");
  vi.unstubAllEnvs();
});

test("says which webhook's receiver is gone, also in a home that was never served or is older", async () => {
  const home = mkdtempSync(join(tmpdir(), "greenlight-doctor-"));
  mkdirSync(join(home, "conf"));
  const hook = (name: string) =>
    `\n  - { name: ${name}, url: 'https://hooks.example/', events: [job_failed], secret: ${"k".repeat(24)} }`;
  const operator = readFileSync(join(SHIPPED_CONF, "operator.yaml"), "utf8").replace("port: 8008", "port: 0");
  const text = operator.replace("webhooks: []", `webhooks:${hook("chat")}${hook("mail")}`);
  writeFileSync(join(home, "conf", "operator.yaml"), text);
  expect((await doctor(home)).failed).toEqual([]);

  const path = join(home, ".greenlight", "greenlight.sqlite");
  const store = openSqliteStore({ path });
  await store.webhooks.enlist(["chat", "mail"], null);
  expect((await doctor(home)).failed).toEqual([]);
  await store.webhooks.setGone("chat", Date.parse("2026-11-21T12:00:00Z"));
  expect(await doctor(home)).toMatchObject({
    code: 1,
    failed: [
      {
        id: "webhooks",
        detail: "chat is switched off. Its address answered 410 Gone on 2026-11-21T12:00:00.000Z.",
        remedy: expect.stringContaining("greenlight webhooks test chat"),
      },
    ],
  });
  await store.close();
  const db = new DatabaseSync(path);
  db.exec("ALTER TABLE webhooks DROP COLUMN gone_at_ms; PRAGMA user_version = 6");
  db.close();
  expect((await doctor(home)).failed).toEqual([]);
});

test("names a gate that may get stuck, and is content", async () => {
  const home = mkdtempSync(join(tmpdir(), "greenlight-doctor-"));
  mkdirSync(join(home, "conf"));
  const operator = readFileSync(join(SHIPPED_CONF, "operator.yaml"), "utf8").replace("port: 8008", "port: 0");
  const gate = "script: { required: true, approvers: [ada] }";
  writeFileSync(join(home, "conf", "operator.yaml"), operator.replace("script: { required: true }", gate));
  const { code, failed, ids } = await doctor(home);
  expect([code, failed]).toEqual([0, []]);
  expect(ids).toContain("gates");
  expect(ids).not.toContain("webhooks");
});

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
