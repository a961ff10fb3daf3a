import { readFile } from "node:fs/promises";
import { ERRORS, type ErrorCode } from "@greenlight/contract/errors";
import { problem } from "@greenlight/contract/problem";
import { describe, expect, it } from "vitest";
import { VersionConflict } from "../app/ports/event-store.ts";
import { StageFailure } from "../app/ports/stage-adapter.ts";
import { Unavailable } from "../app/ports/unavailable.ts";
import { Rejection } from "../domain/commands.ts";
import { errorsDocument } from "./errors-document.ts";
import { problemOf, STATUS, toProblem } from "./problem.ts";

const CODES = Object.keys(ERRORS) as ErrorCode[];

describe("the table of codes, docs/errors.md and the statuses", () => {
  it("know the same codes", () => {
    expect(Object.keys(STATUS).sort()).toEqual([...CODES].sort());
  });

  it("agree in docs/errors.md (npm run docs:errors)", async () => {
    const text = await readFile(new URL("../../../../docs/errors.md", import.meta.url), "utf8");
    expect(text).toBe(errorsDocument());
    const rows = [...text.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(Object.fromEntries(rows)).toEqual(STATUS);
  });

  it.each(CODES)("%s makes a whole problem", (code) => {
    const made = problem.parse(problemOf(code, "what happened"));
    expect(made.status).toBeGreaterThanOrEqual(400);
    expect(made.status).toBeLessThan(600);
    expect(made.title).not.toBe("");
    expect(made.remedy).not.toBe("");
  });
});

describe("what is thrown", () => {
  it.each([
    [new Rejection("gate_not_open", "x"), "gate_not_open"],
    [new StageFailure("terminal", "brief_too_thin", "x"), "brief_too_thin"],
    [new VersionConflict("at /secret/path"), "version_conflict"],
    [new Unavailable("connect ECONNREFUSED 10.0.0.1"), "unavailable"],
  ])("%s", (error, code) => {
    const told = toProblem(error);
    expect(told).toMatchObject({ known: true, problem: { code } });
    expect(told.problem.detail).not.toMatch(/secret|10\.0/);
  });

  it.each([new Error("ENOENT /home/me/.greenlight/token"), "a string", undefined, null, { statusCode: 400 }])(
    "%s is a bug and tells nothing",
    (error) => {
      const told = toProblem(error);
      expect(told).toMatchObject({ known: false, problem: { code: "internal", status: 500 } });
      expect(JSON.stringify(told.problem)).not.toMatch(/home|token|string/);
    },
  );

  it("keeps the field errors of a Rejection", () => {
    const errors = [{ pointer: "/sources/0/path", message: "missing", remedy: "upload it" }];
    expect(toProblem(new Rejection("source_missing", "x", errors)).problem.errors).toEqual(errors);
  });
});
