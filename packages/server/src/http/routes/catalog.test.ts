import { compiledBrief, configReport, pipelineList } from "@greenlight/contract/api";
import { pipeline } from "@greenlight/contract/pipeline";
import { problem } from "@greenlight/contract/problem";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eventOf, queuedJob, runningJob, START, uuidAt } from "../testing/fake-jobs.ts";
import { type Bench, httpBench } from "../testing/http-bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await httpBench();
});
afterEach(() => bench.close());

const get = async (url: string) => (await bench.ask({ url })).json();
const post = async (url: string, payload: object) =>
  (await bench.ask({ method: "POST", url, payload })).json();

it("lists pipelines and shows one", async () => {
  const { pipelines } = pipelineList.parse(await get("/api/v1/pipelines"));
  expect(pipelines.map((one) => one.name)).toEqual(["explainer"]);
  expect(pipeline.parse(await get("/api/v1/pipelines/explainer")).stages).toHaveLength(2);
  for (const name of ["nothing", "__proto__", "..%2f..%2fetc"])
    expect(problem.parse(await get(`/api/v1/pipelines/${name}`)).code).toBe("pipeline_not_found");
});

it("shows the operator's configuration", async () => {
  expect(await get("/api/v1/config/operator")).toEqual({ gates: { script: { required: true } } });
});

it("checks a configuration's text without storing it", async () => {
  const check = (text: string) => post("/api/v1/config/validate", { kind: "operator", text });
  expect(configReport.parse(await check("good"))).toEqual({ valid: true, errors: [], warnings: [] });
  expect(configReport.parse(await check("bad")).errors[0]).toMatchObject({ field: "x", pointer: "/x" });
  expect(problem.parse(await post("/api/v1/config/validate", { kind: "nothing", text: "" })).code).toBe(
    "invalid_field",
  );
});

it("compiles a brief from fields or text, or says which field is wrong", async () => {
  const compile = (payload: object) => post("/api/v1/compile-brief", payload);
  const fields = compiledBrief.parse(await compile({ brief_config: { title: "Tides" } }));
  expect(fields.brief).toMatchObject({ title: "Tides", language: "en", video: { aspect: "16:9" } });
  expect(compiledBrief.parse(await compile({ text: '{"title": "Tides"}' })).brief.title).toBe("Tides");
  const bad = problem.parse(
    await compile({ brief_config: { title: "T", video: { aspect: "4:3" }, colour: 1 } }),
  );
  expect(bad.errors?.map((error) => error.pointer)).toEqual(["/video/aspect", "/colour"]);
  for (const payload of [{}, { text: "a", brief_config: {} }, { text: "" }])
    expect(problem.parse(await compile(payload)).code).toBe("invalid_field");
});

it("measures requests, jobs, events and stages", async () => {
  bench.store.jobs.set(uuidAt(START, 1), runningJob(uuidAt(START, 1)));
  bench.store.jobs.set(uuidAt(START, 2), queuedJob(uuidAt(START, 2)));
  const payload = { attempt: 1, duration_ms: 1500, from_cache: false };
  bench.store.commit(
    eventOf(uuidAt(START, 1), 1, uuidAt(START, 50), { type: "stage_completed", stage: "script", payload }),
  );
  await get("/api/v1/jobs");
  const text = (await bench.ask({ url: "/metrics" })).body;
  expect(text).toContain('greenlight_jobs{status="running"} 1');
  expect(text).toContain('greenlight_jobs{status="queued"} 1');
  expect(text).toContain('greenlight_jobs{status="paused"} 0');
  expect(text).toContain('greenlight_events_total{type="stage_completed"} 1');
  expect(text).toContain('greenlight_stage_duration_seconds_sum{stage="script",from_cache="false"} 1.5');
  expect(text).toMatch(
    /http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/jobs",status="200"\} 1/,
  );
});

it("lets go of the feed when it closes", async () => {
  const other = await httpBench();
  expect(other.store.listeners).toBeGreaterThan(0);
  await other.close();
  expect(other.store.listeners).toBe(0);
});
