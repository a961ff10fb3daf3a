import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { App } from "../app/app.ts";
import { readEnvironment } from "../config.ts";
import { runCli } from "./program.ts";

test("says where it listens, and what it had to switch off", async () => {
  const home = mkdtempSync(join(tmpdir(), "greenlight-serve-"));
  const text = { out: "", err: "" };
  const sink = (name: "out" | "err") =>
    new PassThrough().on("data", (data) => {
      text[name] += data;
    });
  const fault = {
    ...{ file: "operator.yaml", line: 57, column: 9, field: "webhooks.0.secret_env", pointer: "" },
    ...{ message: "The variable CHAT_KEY is not set.", remedy: "Set CHAT_KEY." },
  };
  let closed = 0;
  const app: Pick<App, "start" | "close"> & { config: object } = {
    start: async () => ({ url: "http://127.0.0.1:8008", token: "secret" }),
    close: async () => {
      closed += 1;
    },
    config: { warnings: [fault] },
  };
  const code = await runCli(["serve", "--home", home], {
    ...{ env: readEnvironment({}), cwd: home, stdin: new PassThrough(), fetch },
    ...{ stdout: sink("out"), stderr: sink("err") },
    compose: async () => async () => app as App,
    onInterrupt: (listener) => {
      setImmediate(listener);
      return () => {};
    },
  });
  expect([code, closed]).toEqual([0, 1]);
  expect(text.out).toContain("http://127.0.0.1:8008/#token=secret");
  expect(text.err).toBe(
    "warning operator.yaml:57:9 webhooks.0.secret_env: The variable CHAT_KEY is not set. Set CHAT_KEY.\n",
  );
  rmSync(home, { recursive: true, force: true });
});
