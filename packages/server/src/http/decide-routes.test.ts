import { createHash } from "node:crypto";
import type { Artifact } from "@greenlight/contract/artifact";
import { decisionLink } from "@greenlight/contract/decision-link";
import { problem } from "@greenlight/contract/problem";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fixtureArtifact } from "../domain/testing/fixtures.ts";
import { START, uuidAt, waitingJob } from "./testing/fake-jobs.ts";
import { type Bench, httpBench } from "./testing/http-bench.ts";

const JOB = uuidAt(START, 1);
const TEXT = 'Tides & <script>alert("moon")</script>';
const PICTURE = Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10]);

let bench: Bench;
let script: Artifact;
let picture: Artifact;

beforeEach(async () => {
  bench = await httpBench();
  const stored = await bench.objects.put(new TextEncoder().encode(TEXT));
  const drawn = await bench.objects.put(PICTURE);
  script = fixtureArtifact(50, { ...stored, media_type: "text/markdown; charset=utf-8" });
  picture = fixtureArtifact(51, { ...drawn, name: "b01.png", kind: "asset", media_type: "image/png" });
  bench.store.jobs.set(JOB, waitingJob(JOB, [script, picture]));
});
afterEach(() => bench.close());

async function makeLink(payload: object = { for: "mira" }) {
  const response = await bench.ask({
    method: "POST",
    url: `/api/v1/jobs/${JOB}/gates/script/links`,
    payload,
  });
  return { response, path: response.statusCode === 201 ? new URL(response.json().url).pathname : "" };
}

/** Without a token, as whoever got the link. */
const open = (path: string, method: "GET" | "HEAD" = "GET") => bench.app.inject({ method, url: path });

const submit = (path: string, fields: Record<string, string>) =>
  bench.app.inject({
    method: "POST",
    url: path,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    payload: new URLSearchParams(fields).toString(),
  });

test("the link names its versions and its end, and what is secret in it is not kept", async () => {
  const { response, path } = await makeLink({ for: "mira", expires_in_s: 60 });
  expect(response.statusCode).toBe(201);
  const made = decisionLink.parse(response.json());
  expect(made.artifact_sha256s).toEqual([script.sha256, picture.sha256]);
  expect(Date.parse(made.expires_at)).toBe(START + 60_000);
  const token = path.split("/").at(-1) ?? "";
  expect(Buffer.from(token, "base64url")).toHaveLength(32);
  expect([...bench.links.byHash.keys()]).toEqual([createHash("sha256").update(token).digest("hex")]);
  await open(path);
  expect(JSON.stringify([...bench.links.byHash, bench.logged])).not.toContain(token);
});

test("its address is the public one, whatever name the request was sent to", async () => {
  const reached = await httpBench({}, { public_url: "https://studio.example.org" });
  reached.store.jobs.set(JOB, waitingJob(JOB, []));
  const ask = { method: "POST", url: `/api/v1/jobs/${JOB}/gates/script/links` } as const;
  for (const host of ["localhost:9", "studio.example.org"]) {
    const made = await reached.ask({ ...ask, headers: { host }, payload: { for: "mira" } });
    expect(made.json().url).toMatch(/^https:\/\/studio\.example\.org\/decide\/[\w-]{43}$/);
    const page = await reached.app.inject({ url: new URL(made.json().url).pathname, headers: { host } });
    expect(page.statusCode).toBe(200);
  }
  const other = await reached.ask({ ...ask, headers: { host: "example.org" }, payload: { for: "mira" } });
  expect(other.statusCode).toBe(421);
  await reached.close();
});

test("looking shows the versions and changes nothing, however often", async () => {
  const { path } = await makeLink();
  const before = JSON.stringify([[...bench.links.byHash], [...bench.store.jobs]]);
  for (const method of ["GET", "HEAD", "GET"] as const) {
    const page = await open(path, method);
    expect(page.statusCode).toBe(200);
    expect(page.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    });
    expect(page.headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-/);
    if (method === "GET") {
      expect(page.body).toContain("Tides &amp; &lt;script&gt;alert(&quot;moon&quot;)&lt;/script&gt;");
      expect(page.body).not.toContain("<script");
      expect(page.body).toContain(`<img src="${path}/artifacts/${picture.id}"`);
    }
  }
  const shown = await open(`${path}/artifacts/${picture.id}`);
  expect([...shown.rawPayload]).toEqual([...PICTURE]);
  expect(shown.headers).toMatchObject({ "content-type": "image/png", "cache-control": "no-store" });
  expect((await open(`${path}/artifacts/${JOB}`)).statusCode).toBe(404);
  expect(bench.operations.calls).toEqual([]);
  expect(JSON.stringify([[...bench.links.byHash], [...bench.store.jobs]])).toBe(before);
});

test.each(["approve", "reject"])("the form's %s decides once, as the person it is for", async (decision) => {
  const { response, path } = await makeLink();
  const done = await submit(path, { decision, notes: " fine\r\nby me " });
  expect(done.statusCode).toBe(200);
  expect(done.body).toContain(decision === "approve" ? "You approved script" : "You rejected script");
  expect(bench.operations.calls).toEqual([
    {
      name: decision,
      args: [
        JOB,
        { stage: "script", notes: "fine\r\nby me", artifact_sha256s: [script.sha256, picture.sha256] },
        {
          name: "mira",
          role: "reviewer",
          origin: {
            via: "link",
            token: null,
            address: "127.0.0.1",
            link_id: response.json().link_id,
            link_made_by: "admin",
          },
        },
      ],
    },
  ]);
  for (const again of [
    await submit(path, { decision }),
    await open(path),
    await open(`${path}/artifacts/x`),
  ]) {
    expect(again.statusCode).toBe(410);
    expect(again.body).toContain("link_used");
  }
  expect(bench.operations.calls).toHaveLength(1);
});

test("of two at once one decides", async () => {
  const { path } = await makeLink();
  const both = await Promise.all([
    submit(path, { decision: "approve" }),
    submit(path, { decision: "reject" }),
  ]);
  expect(both.map((one) => one.statusCode).sort()).toEqual([200, 410]);
  expect(bench.operations.calls).toHaveLength(1);
});

test("versions that changed are refused, looked at or decided, and the link stays unused", async () => {
  const { path } = await makeLink();
  const changed = { ...script, version: 2, sha256: "0".repeat(64) };
  const extra = fixtureArtifact(52, { name: "more.md" });
  for (const artifacts of [[changed, picture], [script], [script, picture, extra]]) {
    bench.store.jobs.set(JOB, waitingJob(JOB, artifacts));
    for (const refused of [await submit(path, { decision: "approve" }), await open(path)]) {
      expect(refused.statusCode).toBe(409);
      expect(refused.body).toContain("gate_stale_artifact");
    }
  }
  bench.store.jobs.set(JOB, waitingJob(JOB, [script, picture]));
  expect((await submit(path, { decision: "approve" })).statusCode).toBe(200);
});

test("what the domain refuses gives the link back", async () => {
  const { path } = await makeLink();
  const waiting = waitingJob(JOB, [script, picture]);
  bench.store.jobs.set(JOB, { ...waiting, gates: [] });
  expect((await submit(path, { decision: "approve" })).statusCode).toBe(409);
  expect(bench.operations.calls).toHaveLength(1);
  bench.store.jobs.set(JOB, waiting);
  expect((await submit(path, { decision: "approve" })).statusCode).toBe(200);
});

test("an expired, an unknown and a decided one say so", async () => {
  const { path } = await makeLink({ for: "mira", expires_in_s: 60 });
  const other = await makeLink();
  bench.advance(60_000);
  for (const late of [await open(path), await submit(path, { decision: "approve" })]) {
    expect(late.statusCode).toBe(410);
    expect(late.body).toContain("link_expired");
  }
  const unknown = await open("/decide/AAAA");
  expect([unknown.statusCode, unknown.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
  expect(unknown.body).toContain("link_not_found");
  await bench.ask({ method: "POST", url: `/api/v1/jobs/${JOB}/approve`, payload: { stage: "script" } });
  expect((await open(other.path)).body).toContain("gate_already_decided");
});

test.each([
  ["no decision", {}, 400],
  ["another decision", { decision: "maybe" }, 400],
  ["notes that are too long", { decision: "approve", notes: "x".repeat(10_001) }, 400],
])("a form with %s is refused", async (_, fields, status) => {
  const { path } = await makeLink();
  expect((await submit(path, fields as Record<string, string>)).statusCode).toBe(status);
  expect(bench.operations.calls).toEqual([]);
});

test("only a form is taken, and only here", async () => {
  const { path } = await makeLink();
  const json = await bench.app.inject({ method: "POST", url: path, payload: { decision: "approve" } });
  expect(json.statusCode).toBe(415);
  const elsewhere = await bench.ask({
    method: "POST",
    url: `/api/v1/jobs/${JOB}/approve`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    payload: "stage=script",
  });
  expect(elsewhere.statusCode).toBe(415);
});

test.each([
  ["outline", { for: "mira" }, 409, "gate_not_open"],
  ["nothing", { for: "mira" }, 404, "stage_not_found"],
  ["script", { for: "timer" }, 400, "invalid_field"],
  ["script", { for: "mira", expires_in_s: 59 }, 400, "invalid_field"],
])("no link for %s with %j", async (stage, payload, status, code) => {
  const response = await bench.ask({
    method: "POST",
    url: `/api/v1/jobs/${JOB}/gates/${stage}/links`,
    payload,
  });
  expect(problem.parse(response.json())).toMatchObject({ status, code });
});

test("making a link takes the token", async () => {
  const url = `/api/v1/jobs/${JOB}/gates/script/links`;
  expect((await bench.app.inject({ method: "POST", url, payload: { for: "mira" } })).statusCode).toBe(401);
});

describe("searching for links", () => {
  const guess = (n: number) => `/decide/${String(n).padStart(43, "A")}`;
  let limited: Bench;
  let path: string;
  const from = (remoteAddress: string, url: string) => limited.app.inject({ url, remoteAddress });
  const statuses = async (address: string, ...urls: string[]) => {
    const found: number[] = [];
    for (const url of urls) found.push((await from(address, url)).statusCode);
    return found;
  };

  beforeEach(async () => {
    limited = await httpBench({
      ...{ rate_limit_per_minute: 12, link_misses_per_minute: { address: 3, all: 8 } },
    });
    limited.store.jobs.set(JOB, waitingJob(JOB, []));
    const url = `/api/v1/jobs/${JOB}/gates/script/links`;
    path = new URL((await limited.ask({ method: "POST", url, payload: { for: "mira" } })).json().url)
      .pathname;
  });
  afterEach(() => limited.close());

  test("an address that missed too often is refused, then also where it hits; others are not", async () => {
    expect(await statuses("10.0.0.1", guess(1), path, guess(2), `${guess(3)}/artifacts/x`)).toEqual([
      ...[404, 200, 404, 404],
    ]);
    const refused = await from("10.0.0.1", path);
    expect(refused.statusCode).toBe(429);
    expect(refused.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(60);
    expect(refused.body).toContain("rate_limited");
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const posted = await limited.app.inject({
      ...{ method: "POST", url: path, headers: form, payload: "decision=approve&notes=" },
      remoteAddress: "10.0.0.1",
    });
    expect(posted.statusCode).toBe(429);
    expect(limited.operations.calls).toEqual([]);
    expect(await statuses("10.0.0.2", path, guess(4))).toEqual([200, 404]);
  });

  test("from many addresses together only so many miss; who opens links that exist is not held up", async () => {
    for (let n = 0; n < 8; n++) expect(await statuses(`10.0.1.${n}`, guess(n))).toEqual([404]);
    expect(await statuses("10.0.1.0", path)).toEqual([429]);
    expect(await statuses("10.0.2.1", path, guess(9), path)).toEqual([200, 429, 429]);
    expect(await statuses("10.0.2.2", path, path)).toEqual([200, 200]);
    const warnings = limited.logged.filter(({ level }) => level === "warn");
    expect(warnings.map(({ message }) => message)).toEqual([
      "many requests for decision links that do not exist",
    ]);
  });

  test.each([
    [[], "10.0.0.1"],
    [["10.0.0.0/24"], "203.0.113.7"],
  ])("behind the proxies %j the address is %s", async (trusted_proxies, address) => {
    const behind = await httpBench({ trusted_proxies });
    behind.store.jobs.set(JOB, waitingJob(JOB, []));
    const url = `/api/v1/jobs/${JOB}/gates/script/links`;
    const made = await behind.ask({ method: "POST", url, payload: { for: "mira" } });
    await behind.app.inject({
      ...{ method: "POST", url: new URL(made.json().url).pathname, remoteAddress: "10.0.0.1" },
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        // What a client writes there itself stands left of what the proxy adds.
        "x-forwarded-for": "198.51.100.1, 203.0.113.7",
      },
      payload: "decision=approve&notes=",
    });
    expect(behind.operations.calls[0]?.args[2]).toMatchObject({ origin: { address } });
    await behind.close();
  });

  test("of an IPv6 network of one customer all addresses are one", async () => {
    for (let n = 1; n <= 3; n++) expect(await statuses(`2001:db8:0:1::${n}`, guess(n))).toEqual([404]);
    expect(await statuses("2001:db8:0:1::9", path)).toEqual([429]);
    expect(await statuses("2001:db8:0:2::9", path)).toEqual([200]);
  });

  test("a link that exists is served at most as often as anything without a token", async () => {
    const urls = Array.from({ length: 13 }, () => path);
    expect(await statuses("10.0.0.1", ...urls)).toEqual([...Array<number>(12).fill(200), 429]);
  });
});
