import { problem } from "@greenlight/contract/problem";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fixtureArtifact } from "../../domain/testing/fixtures.ts";
import { ADMIN } from "../auth.ts";
import { START, uuidAt, waitingJob } from "../testing/fake-jobs.ts";
import { type Bench, httpBench } from "../testing/http-bench.ts";

const JOB = uuidAt(START, 1);
const script = fixtureArtifact(1, { stage: "script", kind: "script", name: "script.md", version: 2 });
let bench: Bench;
beforeEach(async () => {
  bench = await httpBench();
  bench.store.jobs.set(JOB, waitingJob(JOB, [script]));
});
afterEach(() => bench.close());

const revert = (artifactId: string, payload: object) =>
  bench.ask({ method: "POST", url: `/api/v1/jobs/${JOB}/artifacts/${artifactId}/revert`, payload });

it("reverts an output as a patch of its stage", async () => {
  expect((await revert(script.id, { version: 1 })).statusCode).toBe(200);
  const patch = { type: "revert", artifact: "script.md", version: 1 };
  expect(bench.operations.calls).toEqual([{ name: "applyPatch", args: [JOB, "script", patch, ADMIN] }]);
});

it("refuses to revert what is not there, or to no version", async () => {
  const ghost = await revert(uuidAt(START, 99), { version: 1 });
  expect(problem.parse(ghost.json()).code).toBe("artifact_not_found");
  for (const payload of [{}, { version: 0 }, { version: 1.5 }, { version: 1, stage: "x" }])
    expect(problem.parse((await revert(script.id, payload)).json()).code).toBe("invalid_field");
  expect(bench.operations.calls).toEqual([]);
});
