import { job, jobSummary } from "@greenlight/contract/job";
import { problem } from "@greenlight/contract/problem";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { queuedJob, runningJob, START, uuidAt } from "../testing/fake-jobs.ts";
import { ADMIN, type Bench, httpBench } from "../testing/http-bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await httpBench();
});
afterEach(() => bench.close());

const submit = (payload: unknown, headers: Record<string, string> = {}) =>
  bench.ask({ method: "POST", url: "/api/v1/jobs", payload: payload as object, headers });

describe("POST /jobs", () => {
  it("makes a job, says where it is, and passes the request on with its defaults", async () => {
    const response = await submit(
      { slug: "tides", intent: "explain the tides" },
      { "idempotency-key": "k1" },
    );
    expect(response.statusCode).toBe(201);
    const made = job.parse(response.json());
    expect(response.headers.location).toBe(`/api/v1/jobs/${made.id}`);
    expect(made).toMatchObject({ status: "queued", queue_position: 1, stage: null, progress: 0 });
    expect(bench.operations.calls).toEqual([
      {
        name: "submit",
        args: [
          {
            slug: "tides",
            intent: "explain the tides",
            pipeline: "explainer",
            mode: "interactive",
            priority: 0,
          },
          ADMIN,
          { base_dir: bench.uploads_dir, idempotency_key: "k1" },
        ],
      },
    ]);
  });

  it("makes one job of one Idempotency-Key and refuses the key for another request", async () => {
    const first = await submit({ slug: "tides", intent: "explain" }, { "idempotency-key": "k1" });
    const again = await submit({ slug: "tides", intent: "explain" }, { "idempotency-key": "k1" });
    const other = await submit({ slug: "other", intent: "explain" }, { "idempotency-key": "k1" });
    expect(again.json().id).toBe(first.json().id);
    expect(other.statusCode).toBe(409);
    expect(other.json().code).toBe("idempotency_conflict");
  });

  it("names every bad field with a JSON Pointer and a remedy", async () => {
    const response = await submit({ slug: "../etc", priority: 1000, colour: "red", "a/b": 1 });
    expect(response.statusCode).toBe(400);
    expect(response.headers["content-type"]).toContain("application/problem+json");
    const { code, errors } = problem.parse(response.json());
    expect(code).toBe("invalid_field");
    expect(errors?.map((error) => error.pointer).sort()).toEqual([
      "/a~1b",
      "/colour",
      "/intent",
      "/priority",
      "/slug",
    ]);
    for (const error of errors ?? []) expect(error.remedy).not.toBe("");
    expect(errors?.find(({ pointer }) => pointer === "/slug")?.remedy).toMatch(/^Needed: lower-case letters/);
    expect(errors?.find(({ pointer }) => pointer === "/priority")?.remedy).toBe("Give at most 100.");
    expect(bench.operations.calls).toEqual([]);
  });

  it.each(["", "two words", "x".repeat(256), "é"])("refuses the Idempotency-Key %j", async (key) => {
    const response = await submit({ slug: "tides", intent: "explain" }, { "idempotency-key": key });
    expect(response.statusCode).toBe(400);
    expect(response.json().errors[0].pointer).toBe("/headers/idempotency-key");
  });
});

describe("GET /jobs", () => {
  beforeEach(() => {
    for (let n = 1; n <= 5; n++) {
      const id = uuidAt(START, n);
      bench.store.jobs.set(id, queuedJob(id, { slug: `film-${n}`, priority: n === 5 ? 9 : 0 }));
    }
  });

  it("pages from the newest to the oldest without gap or repeat", async () => {
    const seen: string[] = [];
    let cursor = "";
    for (;;) {
      const response = await bench.ask({ url: `/api/v1/jobs?limit=2${cursor}` });
      const page = response.json();
      for (const row of page.jobs) seen.push(jobSummary.strict().parse(row).slug);
      if (page.next_cursor === null) break;
      cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`;
    }
    expect(seen).toEqual(["film-5", "film-4", "film-3", "film-2", "film-1"]);
  });

  it("says each queued job's place by priority, then age", async () => {
    const { jobs } = (await bench.ask({ url: "/api/v1/jobs" })).json();
    expect(jobs.map((row: { queue_position: number }) => row.queue_position)).toEqual([1, 5, 4, 3, 2]);
  });

  it("filters by several statuses and by words", async () => {
    bench.store.jobs.set(uuidAt(START, 6), runningJob(uuidAt(START, 6)));
    const ids = async (query: string) =>
      (await bench.ask({ url: `/api/v1/jobs?${query}` }))
        .json()
        .jobs.map((row: { slug: string }) => row.slug);
    expect(await ids("status=running")).toEqual(["tides"]);
    expect(await ids("status=running,queued&q=FILM-3")).toEqual(["film-3"]);
  });

  it.each([
    ["limit=0", "/query/limit"],
    ["limit=many", "/query/limit"],
    ["status=sleeping", "/query/status"],
    ["colour=red", "/query/colour"],
  ])("refuses ?%s", async (query, pointer) => {
    const response = await bench.ask({ url: `/api/v1/jobs?${query}` });
    expect(response.statusCode).toBe(400);
    expect(response.json().errors[0].pointer).toBe(pointer);
  });

  it("refuses a cursor it never gave", async () => {
    const response = await bench.ask({ url: "/api/v1/jobs?cursor=nonsense" });
    expect([response.statusCode, response.json().code]).toEqual([400, "unknown_cursor"]);
  });
});

describe("one job", () => {
  const id = uuidAt(START, 1);

  it("is shown with the live progress of its running stage", async () => {
    bench.store.jobs.set(id, runningJob(id));
    bench.store.report({ job_id: id, stage: "script", attempt: 2, fraction: 0.5, message: "half" });
    const shown = job.parse((await bench.ask({ url: `/api/v1/jobs/${id}` })).json());
    expect(shown.stage).toBe("script");
    expect(shown.stages.map((stage) => stage.progress)).toEqual([1, 0.5, 0]);
    expect(shown.progress).toBeCloseTo(0.5);
  });

  it.each([uuidAt(START, 99), "nonsense", "..%2f..%2fetc%2fpasswd", "__proto__"])(
    "%s is not found",
    async (name) => {
      const response = await bench.ask({ url: `/api/v1/jobs/${name}` });
      expect([response.statusCode, response.json().code]).toEqual([404, "job_not_found"]);
    },
  );

  it.each([
    ["pause", undefined, [{ now: false }]],
    ["pause", { now: true }, [{ now: true }]],
    ["cancel", { notes: "enough" }, ["enough"]],
    ["cancel", undefined, [null]],
  ])("%s %j", async (name, payload, args) => {
    bench.store.jobs.set(id, runningJob(id));
    const response = await bench.ask({
      method: "POST",
      url: `/api/v1/jobs/${id}/${name}`,
      ...(payload === undefined ? {} : { payload }),
    });
    expect(response.statusCode).toBe(200);
    expect(job.parse(response.json()).id).toBe(id);
    expect(bench.operations.calls[0]).toEqual({ name, args: [id, ...args, ADMIN] });
  });

  it.each(["resume", "retry"])("%s of a running job is refused with its status", async (name) => {
    bench.store.jobs.set(id, runningJob(id));
    const response = await bench.ask({ method: "POST", url: `/api/v1/jobs/${id}/${name}`, payload: {} });
    expect([response.statusCode, response.json().code]).toEqual([409, "invalid_transition"]);
    expect(response.json().detail).toContain("running");
  });

  it("resumes with notes and retries from a stage", async () => {
    bench.store.jobs.set(id, { ...runningJob(id), status: "paused" });
    await bench.ask({ method: "POST", url: `/api/v1/jobs/${id}/resume`, payload: { notes: "shorter" } });
    bench.store.jobs.set(id, { ...runningJob(id), status: "failed" });
    await bench.ask({ method: "POST", url: `/api/v1/jobs/${id}/retry`, payload: { from_stage: "script" } });
    expect(bench.operations.calls.map((call) => call.args[1])).toEqual([
      { notes: "shorter", keep_patches: true },
      { from_stage: "script", reopen: false, keep_patches: true },
    ]);
  });
});
