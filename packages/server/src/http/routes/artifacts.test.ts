import { createHash } from "node:crypto";
import { artifactDetail, artifactList } from "@greenlight/contract/api";
import type { Artifact } from "@greenlight/contract/artifact";
import { problem } from "@greenlight/contract/problem";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { START, uuidAt, waitingJob } from "../testing/fake-jobs.ts";
import { type Bench, httpBench } from "../testing/http-bench.ts";

const JOB = uuidAt(START, 1);
const VIDEO = uuidAt(START, 10);
const PAGE = uuidAt(START, 11);
const CONTENT = Buffer.from(Array.from({ length: 1000 }, (_, n) => n % 256));
const OLD = Buffer.from("the first version");
const HTML = Buffer.from("<script>alert(1)</script>");
const sha = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");

function artifact(id: string, data: Uint8Array, over: Partial<Artifact> = {}): Artifact {
  return {
    id,
    stage: "script",
    kind: "video",
    name: "final/film.mp4",
    path: "artifacts/script/final/film.mp4",
    version: 2,
    sha256: sha(data),
    size_bytes: data.byteLength,
    media_type: "video/mp4",
    created_at: new Date(START).toISOString(),
    meta: { made_by: "test" },
    ...over,
  };
}

let bench: Bench;
let video: Artifact;
beforeEach(async () => {
  bench = await httpBench();
  for (const data of [CONTENT, OLD, HTML]) await bench.objects.put(data);
  video = artifact(VIDEO, CONTENT);
  const page = artifact(PAGE, HTML, {
    name: "../../naïve — “Bericht”.html",
    media_type: "text/html",
    version: 1,
  });
  bench.store.jobs.set(JOB, waitingJob(JOB, [video, page]));
  bench.store.versions.set(`${JOB} ${VIDEO}`, [artifact(VIDEO, OLD, { version: 1 }), video]);
  bench.store.versions.set(`${JOB} ${PAGE}`, [page]);
});
afterEach(() => bench.close());

const url = `/api/v1/jobs/${JOB}/artifacts`;
const content = (headers: Record<string, string> = {}, query = "", method: "GET" | "HEAD" = "GET") =>
  bench.ask({ method, url: `${url}/${VIDEO}/content${query}`, headers });

describe("artifacts", () => {
  it("are listed, and one is shown with its versions", async () => {
    const list = artifactList.parse((await bench.ask({ url })).json());
    expect(list.artifacts.map((one) => one.id)).toEqual([VIDEO, PAGE]);
    const one = artifactDetail.parse((await bench.ask({ url: `${url}/${VIDEO}` })).json());
    expect(one.versions.map((version) => [version.version, version.sha256])).toEqual([
      [1, sha(OLD)],
      [2, sha(CONTENT)],
    ]);
    expect(one.change_instead).toMatch(/^revert or patch the storyboard/);
  });

  it.each([
    [`${url}/${uuidAt(START, 99)}`, "artifact_not_found"],
    [`${url}/..%2f..%2f..%2fetc%2fpasswd/content`, "artifact_not_found"],
    [`${url}/${VIDEO}/content?version=3`, "artifact_not_found"],
    [`/api/v1/jobs/${uuidAt(START, 2)}/artifacts`, "job_not_found"],
    [`/api/v1/jobs/${uuidAt(START, 2)}/artifacts/${VIDEO}/content`, "job_not_found"],
  ])("%s → %s", async (address, code) => {
    const response = await bench.ask({ url: address });
    expect(problem.parse(response.json())).toMatchObject({ status: 404, code });
  });
});

describe("content", () => {
  it("is whole by default, named by its sha256", async () => {
    const response = await content();
    expect(response.statusCode).toBe(200);
    expect(response.rawPayload.equals(CONTENT)).toBe(true);
    expect(response.headers).toMatchObject({
      etag: `"${sha(CONTENT)}"`,
      "accept-ranges": "bytes",
      "content-length": "1000",
      "content-type": "video/mp4",
      "cache-control": "private, no-cache",
    });
  });

  it.each([
    ["bytes=0-0", 0, 0],
    ["bytes=0-999", 0, 999],
    ["bytes=100-199", 100, 199],
    ["bytes=990-", 990, 999],
    ["bytes=-10", 990, 999],
    ["bytes=-5000", 0, 999],
    ["bytes=500-99999999999999999999", 500, 999],
    ["Bytes=1-2", 1, 2],
  ])("Range %s gives 206", async (range, start, end) => {
    const response = await content({ range });
    expect(response.statusCode).toBe(206);
    expect(response.headers["content-range"]).toBe(`bytes ${start}-${end}/1000`);
    expect(response.headers["content-length"]).toBe(String(end - start + 1));
    expect(response.rawPayload.equals(CONTENT.subarray(start, end + 1))).toBe(true);
  });

  it.each(["bytes=1000-", "bytes=5000-6000", "bytes=-0"])(
    "Range %s gives 416 with the size",
    async (range) => {
      const response = await content({ range });
      expect(problem.parse(response.json())).toMatchObject({ status: 416, code: "range_not_satisfiable" });
      expect(response.headers["content-range"]).toBe("bytes */1000");
    },
  );

  it.each(["bytes=0-1,5-6", "bytes=9-3", "bytes=", "bytes=-", "bytes=a-b", "frames=0-1", "bytes=0x1-2"])(
    "Range %s is ignored",
    async (range) => {
      const response = await content({ range });
      expect([response.statusCode, response.rawPayload.length]).toEqual([200, 1000]);
    },
  );

  it("honours If-None-Match and If-Range", async () => {
    const etag = `"${sha(CONTENT)}"`;
    const same = await content({ "if-none-match": `"other", W/${etag}`, range: "bytes=0-1" });
    expect([same.statusCode, same.rawPayload.length, same.headers.etag]).toEqual([304, 0, etag]);
    expect((await content({ "if-none-match": '"other"' })).statusCode).toBe(200);
    expect((await content({ "if-range": etag, range: "bytes=0-1" })).statusCode).toBe(206);
    expect((await content({ "if-range": '"old"', range: "bytes=0-1" })).statusCode).toBe(200);
    expect(
      (await content({ "if-range": "Sat, 21 Nov 2026 09:00:00 GMT", range: "bytes=0-1" })).statusCode,
    ).toBe(200);
  });

  it("answers HEAD with the headers alone", async () => {
    const whole = await content({}, "", "HEAD");
    expect([whole.statusCode, whole.headers["content-length"], whole.rawPayload.length]).toEqual([
      200,
      "1000",
      0,
    ]);
    const part = await content({ range: "bytes=10-19" }, "", "HEAD");
    expect([part.statusCode, part.headers["content-length"], part.headers["content-range"]]).toEqual([
      206,
      "10",
      "bytes 10-19/1000",
    ]);
  });

  it("of an older version stays readable and may be kept for good", async () => {
    const response = await content({}, "?version=1");
    expect(response.body).toBe(OLD.toString());
    expect(response.headers["cache-control"]).toContain("immutable");
  });

  it("is named for saving without any folder, in any script", async () => {
    expect((await content({}, "?download=1")).headers["content-disposition"]).toBe(
      "attachment; filename=film.mp4",
    );
    const named = await bench.ask({ url: `${url}/${PAGE}/content?download=1` });
    const header = String(named.headers["content-disposition"]);
    expect(header).not.toContain("..");
    expect(decodeURIComponent(/filename\*=UTF-8''(\S+)/.exec(header)?.[1] ?? "")).toBe(
      "naïve — “Bericht”.html",
    );
  });

  it("of a page runs no script", async () => {
    const response = await bench.ask({ url: `${url}/${PAGE}/content` });
    expect(response.headers["content-type"]).toBe("text/html; charset=utf-8");
    const csp = String(response.headers["content-security-policy"]);
    expect(csp).toMatch(/^sandbox;/);
    expect(csp).not.toMatch(/allow-scripts|script-src/);
    expect(response.headers["x-content-type-options"]).toBe("nosniff");
  });

  it("that is gone from the object store is said to be", async () => {
    const lost = artifact(uuidAt(START, 12), Buffer.from("lost"));
    bench.store.jobs.set(JOB, waitingJob(JOB, [lost]));
    const response = await bench.ask({ url: `${url}/${lost.id}/content` });
    expect(problem.parse(response.json())).toMatchObject({ status: 503, code: "unavailable" });
  });

  it.each(["?version=0", "?version=x", "?download=2", "?colour=red"])("refuses %s", async (query) => {
    expect(problem.parse((await content({}, query)).json()).code).toBe("invalid_field");
  });

  it("is read with a content ticket as often as a player seeks", async () => {
    const { ticket } = (
      await bench.ask({ method: "POST", url: "/api/v1/tickets", payload: { use: "content", job_id: JOB } })
    ).json();
    for (const range of ["bytes=0-9", "bytes=500-509", "bytes=0-9"]) {
      const response = await bench.app.inject({
        url: `${url}/${VIDEO}/content?ticket=${ticket}`,
        headers: { range },
      });
      expect(response.statusCode).toBe(206);
    }
  });
});
