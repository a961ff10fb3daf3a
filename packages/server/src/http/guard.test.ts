import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { problem } from "@greenlight/contract/problem";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hostCheck } from "./host-check.ts";
import { queuedJob, START, uuidAt } from "./testing/fake-jobs.ts";
import { AUTH, type Bench, httpBench, TOKEN } from "./testing/http-bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await httpBench();
});
afterEach(() => bench.close());

const refused = (response: { statusCode: number; json(): unknown }) => {
  const told = problem.strict().parse(response.json());
  expect(told.status).toBe(response.statusCode);
  return [told.status, told.code];
};

describe("token", () => {
  it.each(["/healthz", "/api/health", "/api/v1/healthz"])("%s is open", async (url) => {
    const response = await bench.app.inject({ url });
    expect([response.statusCode, response.json().status]).toEqual([200, "ok"]);
  });

  it.each([
    "/api/v1/jobs",
    "/api/v1/nothing",
    "/nothing",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/docs/",
    "/docs/js/scalar.js",
    "/docs/openapi.json",
    "/api/v1/events/stream",
    "//api/v1/jobs",
    "/healthz/../api/v1/jobs",
  ])("%s needs it", async (url) => {
    expect(refused(await bench.app.inject({ url }))).toEqual([401, "unauthorized"]);
  });

  it.each([
    undefined,
    "",
    "Bearer",
    "Bearer ",
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(1)}`,
    `Bearer ${TOKEN.toUpperCase()}`,
    TOKEN,
    `Token ${TOKEN}`,
    `Basic ${Buffer.from(`admin:${TOKEN}`).toString("base64")}`,
    "Bearer \u00e9\u00e9",
  ])("is not %j", async (authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    expect(refused(await bench.app.inject({ url: "/api/v1/jobs", headers }))).toEqual([401, "unauthorized"]);
  });

  it("is asked for before the body is looked at", async () => {
    const response = await bench.app.inject({
      method: "POST",
      url: "/api/v1/jobs",
      headers: { "content-type": "application/json" },
      payload: "{ not json",
    });
    expect(refused(response)).toEqual([401, "unauthorized"]);
    expect(response.headers["www-authenticate"]).toBe("Bearer");
  });

  it("may be the password of the docs, which a browser opens by itself", async () => {
    const authorization = `Basic ${Buffer.from(`me:${TOKEN}`).toString("base64")}`;
    const page = await bench.app.inject({ url: "/docs/", headers: { authorization } });
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/https?:\/\//);
    const nonce = /nonce="([^"]+)"/.exec(page.body)?.[1];
    expect(page.headers["content-security-policy"]).toContain(`'nonce-${nonce}'`);
    expect((await bench.app.inject({ url: "/docs/" })).headers["www-authenticate"]).toContain("Basic");
  });

  it("must not be empty", async () => {
    await expect(httpBench({}, { token: "" })).rejects.toThrow(/empty/);
  });
});

describe("Host", () => {
  it.each(["127.0.0.1:8008", "localhost", "LOCALHOST:1", "localhost.", "[::1]:8008", "studio.lan"])(
    "%s is this server",
    async (host) => {
      const named = await httpBench({ allowed_hosts: ["studio.lan"] });
      const response = await named.app.inject({ url: "/healthz", headers: { host } });
      await named.close();
      expect(response.statusCode).toBe(200);
    },
  );

  it.each([
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "10.0.0.1",
    "localhost@evil.example",
    "a b",
  ])("%s is not, not even for an open route", async (host) => {
    const response = await bench.app.inject({ url: "/healthz", headers: { host } });
    expect(refused(response)).toEqual([421, "host_not_allowed"]);
  });

  it("takes any IP literal, but no other name, when bound to every address", () => {
    const check = hostCheck({ host: "0.0.0.0" }, []);
    expect(() => check("192.168.1.7:8008")).not.toThrow();
    expect(() => check("[fe80::1]:8008")).not.toThrow();
    expect(() => check("rebound.example")).toThrow();
    expect(() => check(undefined)).toThrow();
  });
});

describe("rate limit", () => {
  it("answers 429 with Retry-After, and a stranger cannot use up the holder's share", async () => {
    const limited = await httpBench({ rate_limit_per_minute: 3 });
    for (let n = 0; n < 5; n++) await limited.app.inject({ url: "/api/v1/jobs" });
    const stranger = await limited.app.inject({ url: "/api/v1/jobs" });
    expect(refused(stranger)).toEqual([429, "rate_limited"]);
    const answers = [];
    for (let n = 0; n < 4; n++) answers.push(await limited.ask({ url: "/api/v1/nothing" }));
    expect(answers.map((answer) => answer.statusCode)).toEqual([404, 404, 404, 429]);
    expect(Number(answers[3]?.headers["retry-after"])).toBeGreaterThan(0);
    expect((await limited.app.inject({ url: "/healthz" })).statusCode).toBe(200);
    await limited.close();
  });
});

describe("tickets", () => {
  const id = uuidAt(START, 1);
  const ticketOf = async (payload: object | undefined) =>
    bench.ask({ method: "POST", url: "/api/v1/tickets", ...(payload === undefined ? {} : { payload }) });

  it("opens one stream, once", async () => {
    const { ticket, expires_at } = (await ticketOf(undefined)).json();
    expect(expires_at).toBe(new Date(START + 30_000).toISOString());
    const url = `/api/v1/events/stream?after=nonsense&ticket=${ticket}`;
    // A bad cursor ends the request, but only after the ticket has let it in.
    expect(refused(await bench.app.inject({ url }))).toEqual([400, "invalid_field"]);
    expect(refused(await bench.app.inject({ url }))).toEqual([401, "unauthorized"]);
  });

  it("ends after 30 s", async () => {
    const { ticket } = (await ticketOf({ use: "stream" })).json();
    bench.advance(30_000);
    const response = await bench.app.inject({ url: `/api/v1/events/stream?ticket=${ticket}` });
    expect(refused(response)).toEqual([401, "unauthorized"]);
  });

  it("opens nothing but what it is for", async () => {
    const other = uuidAt(START, 2);
    for (const job of [id, other]) bench.store.jobs.set(job, queuedJob(job));
    const stream = (await ticketOf({ use: "stream" })).json().ticket;
    const content = (await ticketOf({ use: "content", job_id: id })).json().ticket;
    const at = async (url: string) => refused(await bench.app.inject({ url }));
    expect(await at(`/api/v1/jobs?ticket=${stream}`)).toEqual([401, "unauthorized"]);
    expect(await at(`/api/v1/jobs/${id}/artifacts/x/content?ticket=${stream}`)).toEqual([
      401,
      "unauthorized",
    ]);
    expect(await at(`/api/v1/events/stream?ticket=${content}`)).toEqual([401, "unauthorized"]);
    expect(await at(`/api/v1/jobs/${other}/artifacts/x/content?ticket=${content}`)).toEqual([
      401,
      "unauthorized",
    ]);
    const again = `/api/v1/jobs/${id}/artifacts/x/content?ticket=${content}`;
    expect([await at(again), await at(again)]).toEqual([
      [404, "artifact_not_found"],
      [404, "artifact_not_found"],
    ]);
    bench.advance(12 * 3_600_000);
    expect(await at(again)).toEqual([401, "unauthorized"]);
  });

  it("of a job names one that exists", async () => {
    expect(refused(await ticketOf({ use: "content" }))).toEqual([400, "invalid_field"]);
    expect(refused(await ticketOf({ use: "content", job_id: id }))).toEqual([404, "job_not_found"]);
  });
});

describe("bad requests", () => {
  const post = (payload: string | Buffer, type = "application/json", url = "/api/v1/jobs") =>
    bench.ask({ method: "POST", url, headers: { "content-type": type }, payload });

  it.each([
    ["{ not json", 400, "bad_request"],
    ["null", 400, "invalid_field"],
    ["[]", 400, "invalid_field"],
    ['"text"', 400, "invalid_field"],
    ['{"__proto__": {"admin": true}, "slug": "a", "intent": "b"}', 400, "bad_request"],
    ['{"slug": "a", "intent": "b", "constructor": {"prototype": {"admin": true}}}', 400, "bad_request"],
    ['{"slug": "a", "intent": "b", "brief_config": {"video": {"__proto__": {"x": 1}}}}', 400, "bad_request"],
  ])("%s", async (payload, status, code) => {
    expect(refused(await post(payload))).toEqual([status, code]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expect(bench.operations.calls).toEqual([]);
  });

  it.each(["text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense"])(
    "a body of type %s is not taken",
    async (type) => {
      const [status] = refused(await post("slug: a", type));
      expect([400, 415]).toContain(status);
      expect(bench.operations.calls).toEqual([]);
    },
  );

  it("1 MB of garbage is refused as any size of it, and the server goes on", async () => {
    const garbage = Buffer.alloc(1_000_000, 0xfe);
    expect(refused(await post(garbage))).toEqual([400, "bad_request"]);
    expect(refused(await post(Buffer.alloc(1_048_577, 0x20)))).toEqual([413, "payload_too_large"]);
    const deep = `{"slug":"a","intent":"b","brief":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(refused(await post(deep))).toEqual([400, "bad_request"]);
    expect((await bench.app.inject({ url: "/healthz" })).statusCode).toBe(200);
  });

  it.each([
    ["DELETE", "/api/v1/jobs", "GET, HEAD, POST"],
    ["PUT", "/api/v1/jobs/x", "GET, HEAD"],
    ["GET", "/api/v1/jobs/x/approve", "POST"],
    ["GET", "/api/v1/compile-brief", "POST"],
    ["POST", "/healthz", "GET, HEAD"],
  ] as const)("%s %s takes another method", async (method, url, allow) => {
    const response = await bench.ask({ method, url });
    expect(refused(response)).toEqual([405, "method_not_allowed"]);
    expect(response.headers.allow).toBe(allow);
  });

  it.each([
    ["/api/v1/nothing", 404, "not_found"],
    ["/", 404, "not_found"],
    ["/api/v1/jobs/%E0%A4%A", 400, "bad_request"],
    [`/api/v1/jobs/${"x".repeat(300)}`, 404, "not_found"],
  ])("%s", async (url, status, code) => {
    expect(refused(await bench.ask({ url }))).toEqual([status, code]);
  });

  it("a bug is told as nothing but itself, and logged whole", async () => {
    bench.store.load = async () => {
      throw new Error("SQLITE_CORRUPT /home/me/greenlight.db");
    };
    const response = await bench.ask({ url: `/api/v1/jobs/${uuidAt(START, 1)}` });
    expect(refused(response)).toEqual([500, "internal"]);
    expect(response.body).not.toMatch(/SQLITE|home|\\n\s+at /);
    const line = bench.logged.find((entry) => entry.level === "error");
    expect(line?.fields.error).toContain("SQLITE_CORRUPT");
    expect(line?.fields.request_id).toBe(response.headers["x-request-id"]);
  });

  it("headers too large, and what is no HTTP at all, get a problem on the wire", async () => {
    const { port } = new URL(await bench.listen());
    const raw = (text: string) =>
      new Promise<string>((resolve, reject) => {
        let answer = "";
        const socket = connect(Number(port), "127.0.0.1", () => socket.write(text));
        socket.setEncoding("utf8");
        socket.on("data", (chunk) => {
          answer += chunk;
        });
        socket.on("close", () => resolve(answer));
        socket.on("error", reject);
      });
    const huge = await raw(
      `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Big: ${"x".repeat(20_000)}\r\n\r\n`,
    );
    expect(huge).toMatch(/^HTTP\/1\.1 431 /);
    expect(huge).toContain("headers_too_large");
    const garbage = await raw("\x16\x03\x01 hello\r\n\r\n");
    expect(garbage).toMatch(/^HTTP\/1\.1 400 /);
    expect(garbage).toContain("application/problem+json");
  });
});

describe("headers", () => {
  it("names no other origin unless configured", async () => {
    const headers = { ...AUTH, origin: "https://studio.example" };
    const closed = await bench.app.inject({ url: "/api/v1/jobs", headers });
    expect(closed.headers["access-control-allow-origin"]).toBeUndefined();
    const open = await httpBench({ cors_origins: ["https://studio.example"] });
    const own = await open.app.inject({ url: "/api/v1/jobs", headers });
    const other = await open.app.inject({
      url: "/api/v1/jobs",
      headers: { ...AUTH, origin: "https://evil.example" },
    });
    await open.close();
    expect(own.headers["access-control-allow-origin"]).toBe("https://studio.example");
    expect(other.headers["access-control-allow-origin"]).not.toBe("https://evil.example");
  });

  it("lets scripts come from this server only", async () => {
    const { headers } = await bench.ask({ url: "/api/v1/jobs" });
    expect(headers["content-security-policy"]).toContain("script-src 'self';");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
  });
});

describe("the console's files", () => {
  let folder: string;
  let site: Bench;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "greenlight-console-"));
    await mkdir(join(folder, "dist", "assets"), { recursive: true });
    await writeFile(join(folder, "secret.txt"), "secret");
    await writeFile(join(folder, "dist", ".env"), "secret");
    await writeFile(join(folder, "dist", "index.html"), "<!doctype html><title>Greenlight</title>");
    await writeFile(join(folder, "dist", "assets", "app-1a2b.js"), "export {}");
    site = await httpBench({}, { console_dir: join(folder, "dist") });
  });
  afterEach(async () => {
    await site.close();
    await rm(folder, { recursive: true });
  });

  it.each(["/", "/jobs/123", "/index.html"])(
    "%s is the page, open to all, checked at each visit",
    async (url) => {
      const response = await site.app.inject({ url });
      expect(response.statusCode).toBe(200);
      expect(response.body).toContain("Greenlight");
      expect(response.headers["cache-control"]).toBe("no-cache");
    },
  );

  it("are kept for good where their name carries a hash", async () => {
    const response = await site.app.inject({ url: "/assets/app-1a2b.js" });
    expect(response.headers["cache-control"]).toContain("immutable");
  });

  it.each([
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/.env",
    "/..\\secret.txt",
  ])("%s shows nothing outside of them", async (url) => {
    expect((await site.app.inject({ url })).body).not.toContain("secret");
  });

  it.each(["/api/v1/jobs", "/api/v1/nothing", "/docs/", "/metrics", "//api/v1/jobs", "/api", "/API/v1/jobs"])(
    "%s is still guarded",
    async (url) => {
      expect((await site.app.inject({ url })).statusCode).toBe(401);
    },
  );
});
