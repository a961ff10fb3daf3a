import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readEnvironment } from "../config.ts";
import { runCli } from "./program.ts";

const cwd = mkdtempSync(join(tmpdir(), "greenlight-token-"));

async function cli(...args: string[]) {
  const text = { out: "", err: "" };
  const sink = (name: "out" | "err") =>
    new PassThrough().on("data", (data) => {
      text[name] += data;
    });
  const code = await runCli(["token", "new", ...args], {
    env: readEnvironment({}),
    cwd,
    stdin: new PassThrough(),
    stdout: sink("out"),
    stderr: sink("err"),
    compose: () => Promise.reject(new Error("it needs no engine")),
    fetch: () => Promise.reject(new Error("it needs no server")),
    onInterrupt: () => () => {},
  });
  return { code, ...text };
}

test("prints the token once and the lines to keep, and writes nothing", async () => {
  const { code, out } = await cli("Mira Ö", "--role", "reviewer");
  expect(code).toBe(0);
  const [token = ""] = /^ {2}[\w-]{43}$/m.exec(out) ?? [];
  expect(out.split(token.trim())).toHaveLength(2);
  const [entry] = parse(out.slice(out.indexOf("  - name")));
  expect(entry).toEqual({
    name: "Mira Ö",
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    role: "reviewer",
  });
  expect(readdirSync(cwd)).toEqual([]);
});

test("each is another one", async () => {
  const made = [
    await cli("mira", "--role", "viewer", "--json"),
    await cli("mira", "--role", "viewer", "--json"),
  ];
  const [one, other] = made.map(({ out }) => JSON.parse(out));
  expect(one).toMatchObject({ token: expect.any(String), entry: { name: "mira", role: "viewer" } });
  expect(one.token).not.toBe(other.token);
  expect(one.entry.sha256).not.toBe(other.entry.sha256);
});

test.each([
  [["admin", "--role", "admin"], "ADMIN_TOKEN"],
  [["timer", "--role", "viewer"], "a name other than"],
  [["", "--role", "viewer"], "No token can be called"],
  [["mira"], "--role"],
  [["mira", "--role", "owner"], "viewer, reviewer, operator, admin"],
])("%j is refused", async (args, told) => {
  const { code, out, err } = await cli(...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(told);
});
