import { createClient } from "@greenlight/contract/client";
import { ProblemError } from "@greenlight/contract/problem-error";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eventOf, queuedJob, START, uuidAt, waitingJob } from "./testing/fake-jobs.ts";
import { type Bench, httpBench, TOKEN } from "./testing/http-bench.ts";

const JOB = uuidAt(START, 900);
const TEXT = Buffer.from("0123456789");
let bench: Bench;
let client: ReturnType<typeof createClient>;
beforeEach(async () => {
  bench = await httpBench();
  const stored = await bench.objects.put(TEXT);
  bench.store.jobs.set(
    JOB,
    waitingJob(JOB, [
      {
        id: uuidAt(START, 10),
        stage: "script",
        kind: "script",
        name: "script.md",
        path: "artifacts/script/script.md",
        version: 1,
        media_type: "text/markdown",
        created_at: new Date(START).toISOString(),
        meta: { made_by: "test" },
        ...stored,
      },
    ]),
  );
  client = createClient({ url: `${await bench.listen()}/`, token: TOKEN });
});
afterEach(() => bench.close());

it("speaks every route", async () => {
  expect((await client.health()).status).toBe("ok");
  const made = await client.createJob({ slug: "tides", intent: "explain" }, { idempotency_key: "k" });
  expect((await client.createJob({ slug: "tides", intent: "explain" }, { idempotency_key: "k" })).id).toBe(
    made.id,
  );
  expect(
    (await client.listJobs({ status: ["needs_approval"], q: "TIDES", limit: 5 })).jobs.map((job) => job.id),
  ).toEqual([JOB]);
  expect((await client.job(JOB)).status).toBe("needs_approval");
  expect((await client.gateStatus(JOB))[0]?.time_remaining_s).toBe(540);
  expect((await client.decision(JOB, "script")).approved).toBeNull();
  const [patchType] = await client.patchTypes();
  if (patchType === undefined) throw new Error("no patch types");
  await client.applyPatch(JOB, "script", patchType.example);
  expect((await client.reject(JOB, { stage: "script", notes: "no" })).status).toBe("paused");
  expect((await client.decisions(JOB))[0]?.approved).toBe(false);
  expect((await client.resume(JOB)).status).toBe("running");
  expect((await client.pause(JOB, { now: true })).status).toBe("paused");
  expect((await client.cancel(JOB, { notes: "enough" })).status).toBe("canceled");
  expect((await client.retry(JOB, { from_stage: "script" })).status).toBe("queued");

  const [artifact] = await client.artifacts(JOB);
  if (artifact === undefined) throw new Error("no artifacts");
  expect((await client.artifact(JOB, artifact.id)).name).toBe("script.md");
  expect(await (await client.content(JOB, artifact.id)).text()).toBe("0123456789");
  expect(await (await client.content(JOB, artifact.id, { range: { start: 7 } })).text()).toBe("789");
  const { ticket } = await client.ticket({ use: "content", job_id: JOB });
  const download = await fetch(client.contentUrl(JOB, artifact.id, { ticket, download: true }));
  expect(download.headers.get("content-disposition")).toBe("attachment; filename=script.md");
  expect(await download.text()).toBe("0123456789");
  const upload = await client.upload(new Blob(["# Notes"]), "notes.md");
  expect(upload.media_type).toBe("text/markdown");

  const event = eventOf(JOB, 1, uuidAt(START, 100));
  bench.store.commit(event);
  expect((await client.eventPage(JOB, { wait_s: 1 })).events).toEqual([event]);
  expect((await client.pipelines())[0]?.name).toBe("explainer");
  expect((await client.pipeline("explainer")).stages).toHaveLength(2);
  expect(await client.operatorConfig()).toHaveProperty("gates");
  expect((await client.validateConfig("operator", "bad")).valid).toBe(false);
  expect((await client.compileBrief({ brief_config: { title: "Tides" } })).title).toBe("Tides");
});

it("throws the server's problem", async () => {
  bench.store.jobs.set(JOB, queuedJob(JOB));
  const error = await client.approve(JOB, { stage: "script" }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ code: "gate_not_open", message: "No gate is open at this stage." });
  const stranger = createClient({ url: address(), token: "wrong" });
  await expect(stranger.listJobs()).rejects.toMatchObject({ code: "unauthorized" });
});

it("makes a problem of an answer that is not Greenlight's, and keeps Retry-After", async () => {
  const answer = (status: number, body: string, headers = {}) =>
    createClient({ url: "http://x", token: "t", fetch: async () => new Response(body, { status, headers }) });
  await expect(answer(502, "<html>Bad Gateway</html>").health()).rejects.toMatchObject({
    code: "unavailable",
  });
  await expect(answer(404, "{}").health()).rejects.toMatchObject({ code: "bad_request" });
  await expect(answer(503, "", { "retry-after": "7" }).health()).rejects.toMatchObject({ retry_after_s: 7 });
});

it("keeps ids inside of their path part", async () => {
  await expect(client.job("../pipelines")).rejects.toMatchObject({ code: "job_not_found" });
});

function address(): string {
  return bench.app.listeningOrigin;
}
