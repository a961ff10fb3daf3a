import { decisionList, gateStatusList } from "@greenlight/contract/api";
import { gate } from "@greenlight/contract/gate";
import { job } from "@greenlight/contract/job";
import { problem } from "@greenlight/contract/problem";
import { afterEach, beforeEach, expect, it } from "vitest";
import { START, uuidAt, waitingJob } from "../testing/fake-jobs.ts";
import { ADMIN, type Bench, httpBench } from "../testing/http-bench.ts";

const JOB = uuidAt(START, 1);
let bench: Bench;
beforeEach(async () => {
  bench = await httpBench();
  bench.store.jobs.set(JOB, waitingJob(JOB));
});
afterEach(() => bench.close());

const decide = (name: string, payload: object, id = JOB) =>
  bench.ask({ method: "POST", url: `/api/v1/jobs/${id}/${name}`, payload });
const read = async (path: string) => (await bench.ask({ url: `/api/v1/jobs/${JOB}/gates/${path}` })).json();

it("a gate tells its clock while it waits, and its decision once it has one", async () => {
  expect(gateStatusList.parse(await read("status")).gates[0]).toMatchObject({
    stage: "script",
    approved: null,
    timeout_s: 600,
    time_elapsed_s: 60,
    time_remaining_s: 540,
    has_patch: false,
  });
  expect(decisionList.parse(await read("decisions")).decisions).toEqual([]);
  expect(gate.parse(await read("script/decision")).approved).toBeNull();

  const patch = { type: "text_replace", replacements: [{ old: "a", new: "b" }] };
  const approved = await decide("approve", { stage: "script", notes: "good", by: "mira", patch });
  expect(job.parse(approved.json()).status).toBe("running");
  expect(bench.operations.calls[0]?.args).toEqual([
    JOB,
    { stage: "script", notes: "good", by: "mira", patch },
    ADMIN,
  ]);

  bench.advance(5_000_000);
  expect(gateStatusList.parse(await read("status")).gates[0]).toMatchObject({
    approved: true,
    has_patch: true,
    time_elapsed_s: 60,
    time_remaining_s: null,
  });
  expect(gate.parse(await read("script/decision"))).toMatchObject({
    approved: true,
    by: "mira",
    notes: "good",
  });
  expect(decisionList.parse(await read("decisions")).decisions).toHaveLength(1);
});

it("a second decision on the same gate is refused", async () => {
  await decide("reject", { stage: "script" });
  const second = await decide("approve", { stage: "script" });
  expect(problem.parse(second.json())).toMatchObject({ status: 409, code: "gate_already_decided" });
});

it.each([
  ["approve", {}, 400, "invalid_field"],
  ["approve", { stage: "Script" }, 400, "invalid_field"],
  ["reject", { stage: "script", artifact_sha256s: ["abc"] }, 400, "invalid_field"],
  ["reject", { stage: "script", patch: { type: "level_adjust", level_change_db: 25 } }, 422, "patch_invalid"],
  ["approve", { stage: "outline" }, 409, "gate_not_open"],
])("%s %j is refused", async (name, payload, status, code) => {
  expect(problem.parse((await decide(name, payload)).json())).toMatchObject({ status, code });
});

it("points into the patch it refuses, at the branch its type names", async () => {
  const response = await decide("approve", {
    stage: "script",
    patch: { type: "text_replace", replacements: [{ old: "", new: "b" }] },
  });
  expect(problem.parse(response.json()).errors?.[0]?.pointer).toBe("/patch/replacements/0/old");
});

it.each([
  ["nothing/decision", "stage_not_found"],
  ["outline/decision", "not_found"],
])("%s → %s", async (path, code) => {
  expect(problem.parse(await read(path))).toMatchObject({ status: 404, code });
});

it("a job that does not exist has no gates", async () => {
  const id = uuidAt(START, 2);
  expect(problem.parse((await decide("approve", { stage: "script" }, id)).json()).code).toBe("job_not_found");
  expect((await bench.ask({ url: `/api/v1/jobs/${id}/gates/status` })).statusCode).toBe(404);
});
