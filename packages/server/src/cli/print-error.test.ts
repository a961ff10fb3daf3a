import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { readEnvironment } from "../config.ts";
import { Rejection } from "../domain/commands.ts";
import { printError } from "./print-error.ts";

function told(error: unknown) {
  let err = "";
  const stderr = new PassThrough().on("data", (data) => {
    err += data;
  });
  const code = printError(
    error,
    {
      ...{ env: readEnvironment({}), cwd: "/", stdin: new PassThrough(), stdout: new PassThrough(), stderr },
      ...{ fetch, compose: () => Promise.reject(new Error("not composed")), onInterrupt: () => () => {} },
    },
    false,
  );
  return { code, err };
}

it.each([
  ["only stages with beats heed them", "only stages with beats heed them. Name storyboard."],
  ["Beats are not heeded here.", "Beats are not heeded here. Name storyboard."],
  ["which beat?", "which beat? Name storyboard."],
])("ends “%s” before the remedy begins", (message, line) => {
  const field = { pointer: "/beats", message, remedy: "Name storyboard." };
  expect(told(new Rejection("invalid_field", "The decision is wrong.", [field])).err).toContain(
    `  /beats: ${line}\n`,
  );
});

it.each([
  ["media_not_usable", 2],
  ["media_unreadable", 2],
  ["upload_not_found", 2],
  ["invalid_transition", 1],
] as const)("ends with the code of %s", (code, exit) => {
  expect(told(new Rejection(code, "No.")).code).toBe(exit);
});
