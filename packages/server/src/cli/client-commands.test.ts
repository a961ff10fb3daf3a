import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { beforeEach, describe, expect, test } from "vitest";
import { readEnvironment } from "../config.ts";
import { runCli } from "./program.ts";

const ID = "019aa000-0000-7000-8000-000000000001";
const AT = "2026-11-21T10:00:00.000Z";
const job = {
  ...{ id: ID, slug: "tides", status: "needs_approval", stage: "script", progress: 0.25, version: 2 },
  stages: [{ id: "script", status: "completed", progress: 1, duration_ms: 1200 }],
  ...{ gates: [{ stage: "script", approved: null }], error: null },
  pause_requested: null,
};

type Sent = { method: string; path: string; body: unknown; token: string | null; client: string | null };
let sent: Sent[];
let answers: Map<string, () => Response>;
let cwd: string;
beforeEach(() => {
  sent = [];
  answers = new Map();
  cwd = mkdtempSync(join(tmpdir(), "greenlight-client-"));
});

const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });
const stream = (text: string) => new Response(text, { headers: { "content-type": "text/event-stream" } });

async function cli(args: string[], variables: Record<string, string> = {}) {
  const text = { out: "", err: "" };
  const sink = (name: "out" | "err") =>
    new PassThrough().on("data", (data) => {
      text[name] += data;
    });
  const code = await runCli(args, {
    ...{
      env: readEnvironment({ ADMIN_TOKEN: "secret", GREENLIGHT_URL: "http://gl.test", ...variables }),
      cwd,
    },
    ...{ stdin: new PassThrough(), stdout: sink("out"), stderr: sink("err") },
    compose: () => Promise.reject(new Error("a client command needs no engine")),
    async fetch(input, init) {
      const request = new Request(input, init);
      const { pathname, search } = new URL(request.url);
      const raw = pathname.endsWith("/uploads") ? "form" : await request.text();
      sent.push({
        method: request.method,
        path: pathname + search,
        body: raw.startsWith("{") ? JSON.parse(raw) : raw,
        token: request.headers.get("authorization"),
        client: request.headers.get("x-greenlight-client"),
      });
      return answers.get(`${request.method} ${pathname}`)?.() ?? json(job);
    },
    onInterrupt: () => () => {},
  });
  return { code, ...text };
}

describe("client commands", () => {
  test.each([
    [["show", ID], "GET", `/api/v1/jobs/${ID}`, ""],
    [
      ["approve", ID, "script", "--notes", "Good", "--by", "Ada"],
      "POST",
      `/api/v1/jobs/${ID}/approve`,
      { stage: "script", notes: "Good", by: "Ada" },
    ],
    [["reject", ID, "script"], "POST", `/api/v1/jobs/${ID}/reject`, { stage: "script" }],
    [["resume", ID, "--notes", "n"], "POST", `/api/v1/jobs/${ID}/resume`, { notes: "n" }],
    [["pause", ID, "--now"], "POST", `/api/v1/jobs/${ID}/pause`, { now: true }],
    [["cancel", ID], "POST", `/api/v1/jobs/${ID}/cancel`, {}],
    [["retry", ID, "--from", "audio"], "POST", `/api/v1/jobs/${ID}/retry`, { from_stage: "audio" }],
  ])("%j", async (args, method, path, body) => {
    const { code, out } = await cli([...args, "--json"]);
    expect(sent).toEqual([{ method, path, body, token: "Bearer secret", client: "cli" }]);
    expect(JSON.parse(out)).toEqual(job);
    expect(code).toBe(0);
  });

  const EVENT = "019aa000-0000-7000-8000-000000000009";
  const delivery = {
    ...{ event_id: EVENT, type: "gate_opened", job_id: ID, status: "dead", attempts: 2 },
    ...{ last_http_status: 500, last_error: "answered 500", created_at: AT, last_try_at: AT },
    ...{ redelivered_at: null, next_try_at: null },
  };
  const link = {
    ...{ link_id: EVENT, url: "https://gl.test/decide/abc" },
    ...{ expires_at: AT, artifact_sha256s: [] },
  };
  const chat = {
    ...{ name: "chat", url: "https://hooks.example/…", events: ["gate_opened", "job_failed"] },
    ...{ status: "disabled", disabled_reason: "webhooks.0.secret_env: The variable K is not set." },
    gone_since: null,
    ...{ pending: 3, dead: 1 },
  };
  const tested = { id: EVENT, accepted: true, http_status: 204, error: null, duration_ms: 12 };

  test.each<[string[], string, string, unknown, unknown, string]>([
    [
      ["link", ID, "script", "--for", "mira"],
      ...(["POST", `/jobs/${ID}/gates/script/links`, { for: "mira" }, link] as const),
      "https://gl.test/decide/abc\nmira decides with it once, until 2026-11-21 10:00 UTC\n",
    ],
    [
      ["link", ID, "script", "--for", "mira", "--expires", "7d"],
      ...(["POST", `/jobs/${ID}/gates/script/links`, { for: "mira", expires_in_s: 604_800 }, link] as const),
      "https://gl.test/decide/abc\nmira decides with it once, until 2026-11-21 10:00 UTC\n",
    ],
    [
      ["webhooks"],
      ...(["GET", "/webhooks", "", { webhooks: [chat] }] as const),
      "chat  disabled  3 pending  1 dead  https://hooks.example/…  gate_opened, job_failed\n" +
        "  webhooks.0.secret_env: The variable K is not set.\n",
    ],
    [["webhooks", "list"], ...(["GET", "/webhooks", "", { webhooks: [] }] as const), "No webhooks.\n"],
    [
      ["webhooks", "deliveries", "chat", "--limit", "5", "--status", "dead"],
      ...(["GET", "/webhooks/chat/deliveries?limit=5&status=dead", "", { deliveries: [delivery] }] as const),
      `${EVENT}  dead       gate_opened         2 tries     answered 500\n`,
    ],
    [
      ["webhooks", "redeliver", "chat", EVENT],
      ...(["POST", `/webhooks/chat/deliveries/${EVENT}/redeliver`, {}] as const),
      { ...delivery, status: "pending", attempts: 0, next_try_at: AT, last_error: null },
      `${EVENT}  pending    gate_opened         0 tries   next ${AT}  500\n`,
    ],
    [
      ["webhooks", "test", "chat"],
      ...(["POST", "/webhooks/chat/test", {}, tested] as const),
      "chat: accepted with 204, after 12 ms\n",
    ],
  ])("%j", async (args, method, path, body, answer, text) => {
    const bare = path.replace(/\?.*/, "");
    answers.set(`${method} /api/v1${bare}`, () => json(answer));
    expect(await cli(args)).toEqual({ code: 0, out: text, err: "" });
    expect(sent[0]).toMatchObject({ method, path: `/api/v1${path}`, body });
    const { code, out } = await cli([...args, "--json"]);
    expect([code, JSON.parse(out)]).toEqual([0, answer]);
  });

  test("webhooks test: ends with 1 when the receiver does not accept", async () => {
    const refused = { ...tested, accepted: false, http_status: 500, error: "answered 500" };
    answers.set("POST /api/v1/webhooks/chat/test", () => json(refused));
    const { code, out } = await cli(["webhooks", "test", "chat"]);
    expect([code, out]).toEqual([1, "chat: not accepted: answered 500, after 12 ms\n"]);
  });

  test.each([
    ["link", ID, "script"],
    ["link", ID, "script", "--for", "mira", "--expires", "7"],
    ["link", ID, "script", "--for", "mira", "--expires", "59s"],
    ["link", ID, "script", "--for", "mira", "--expires", "31d"],
    ["webhooks", "deliveries", "chat", "--status", "lost"],
    ["webhooks", "redeliver", "chat"],
    ["webhooks", "frobnicate"],
  ])("sends nothing for %s %s %s %s %s %s %s", async (...args) => {
    expect([(await cli(args)).code, sent]).toEqual([2, []]);
  });

  test("GREENLIGHT_TOKEN goes before the operator's", async () => {
    await cli(["show", ID], { GREENLIGHT_TOKEN: "mine" });
    expect(sent[0]?.token).toBe("Bearer mine");
  });

  const outputs = [
    { id: "a1", stage: "script", name: "script.md", version: 3 },
    { id: "a2", stage: "one", name: "same.json", version: 1 },
    { id: "a3", stage: "two", name: "same.json", version: 2 },
  ];

  test.each([
    ["script.md", "a1"],
    ["a1", "a1"],
    ["two/same.json", "a3"],
  ])("revert: finds the artifact as %s", async (named, artifactId) => {
    answers.set(`GET /api/v1/jobs/${ID}/artifacts`, () => json({ artifacts: outputs }));
    expect((await cli(["revert", ID, named, "1"])).code).toBe(0);
    const path = `/api/v1/jobs/${ID}/artifacts/${artifactId}/revert`;
    expect(sent[1]).toMatchObject({ method: "POST", path, body: { version: 1 } });
  });

  test.each([
    ["ghost.md", "script/script.md"],
    ["same.json", "one/same.json, two/same.json"],
  ])("revert: sends nothing where %s names not exactly one", async (named, told) => {
    answers.set(`GET /api/v1/jobs/${ID}/artifacts`, () => json({ artifacts: outputs }));
    const { code, err } = await cli(["revert", ID, named, "1"]);
    expect([code, sent.length]).toEqual([2, 1]);
    expect(err).toContain(told);
  });

  test("diff: prints the differences of the versions asked for", async () => {
    answers.set(`GET /api/v1/jobs/${ID}/artifacts`, () => json({ artifacts: outputs }));
    const side = { version: 1, sha256: "a", size_bytes: 1, media_type: "application/json" };
    const found = {
      ...{ kind: "json", name: "same.json", from: side, to: { ...side, version: 2, sha256: "b" } },
      changes: [
        { pointer: "/title", before: "Tide", after: null },
        { pointer: "/new", after: 1 },
      ],
    };
    answers.set(`GET /api/v1/jobs/${ID}/artifacts/a3/compare`, () => json(found));
    const { out } = await cli(["diff", ID, "two/same.json", "--from", "1"]);
    expect(sent[1]?.path).toMatch(/compare\?from=1$/);
    expect(out).toBe('same.json  version 1 to 2\n/title: "Tide" to null\n/new: nothing to 1\n');
  });

  test("diff: prints what was measured of media, and how alike they are", async () => {
    answers.set(`GET /api/v1/jobs/${ID}/artifacts`, () => json({ artifacts: outputs }));
    const side = { version: 1, sha256: "a", size_bytes: 1, media_type: "video/mp4" };
    const found = {
      ...{ kind: "media", name: "film.mp4", from: side, to: { ...side, version: 2, sha256: "b" } },
      measured: [{ name: "loudness", unit: "LUFS", before: -14.02, after: -23 }],
      between: [{ name: "ssim", unit: "", value: 0.912345 }],
      moments: [{ at_s: 0.5, ssim: 0.9, colour_difference: 3 }],
      not_measured: ["true_peak"],
    };
    answers.set(`GET /api/v1/jobs/${ID}/artifacts/a3/compare`, () => json(found));
    const { out } = await cli(["diff", ID, "two/same.json"]);
    expect(out.split("\n").slice(1)).toEqual([
      "loudness: -14.02 to -23 LUFS",
      "ssim: 0.9123",
      "  at 0.5 s: ssim 0.9, colours differ by 3",
      "not measured: true_peak",
      "",
    ]);
  });

  test("jobs: filters by status and prints one line each", async () => {
    answers.set("GET /api/v1/jobs", () => json({ jobs: [job], next_cursor: null }));
    const { out } = await cli(["jobs", "--status", "needs_approval"]);
    expect(out).toBe(`${ID}  needs_approval  25 %  tides  at script\n`);
    expect(sent[0]?.path).toContain("status=needs_approval");
    expect((await cli(["jobs", "--status", "done"])).code).toBe(2);
  });

  test("show says who asked for a pause that waits, and until when", async () => {
    const asked = { by: "Ada", notes: "lunch", now: false, at: AT };
    answers.set(`GET /api/v1/jobs/${ID}`, () => json({ ...job, pause_requested: asked }));
    const { out } = await cli(["show", ID]);
    expect(out).toContain("pause requested by Ada (lunch); the job pauses when script ends");
  });

  test("show says how to approve", async () => {
    expect((await cli(["show", ID])).out).toContain(`greenlight approve ${ID} script`);
  });

  test("patch: a file with a fault is told by line and nothing is sent", async () => {
    writeFileSync(join(cwd, "p.yaml"), "type: level_adjust\nlevel_change_db: 90\n");
    const { code, err } = await cli(["patch", ID, "audio", "p.yaml"]);
    expect([code, sent]).toEqual([2, []]);
    expect(err).toContain("p.yaml:2:18 level_change_db");
  });

  test("submit: uploads what the brief names and names it by its path on the server", async () => {
    writeFileSync(join(cwd, "s.txt"), "The moon pulls.");
    writeFileSync(join(cwd, "Tides.yaml"), "title: Tides\nsources: [{ path: s.txt }, { text: More }]\n");
    answers.set("POST /api/v1/uploads", () => json({ upload_id: ID, path: "u/s.txt" }, 201));
    answers.set("POST /api/v1/jobs", () => json(job, 201));
    const { out } = await cli(["submit", "Tides.yaml", "--auto", "--seed", "7"]);
    expect(out).toBe(`${ID}\n`);
    expect(sent[1]?.body).toEqual({
      ...{ slug: "tides", intent: "explain", mode: "automated", seed: 7 },
      brief: { title: "Tides", sources: [{ path: "u/s.txt" }, { text: "More" }] },
    });
  });

  test("watch: one line per event, and the exit code of how it ended", async () => {
    const event = (seq: number, type: string, status: string) =>
      `id: ${ID}\nevent: ${type}\ndata: ${JSON.stringify({
        ...{ id: ID, job_id: ID, seq, ts: AT, type, stage: null, status, message: `it ${type}`, payload: {} },
        origin: { via: "engine", token: null, address: null, link_id: null },
        hash: "0".repeat(64),
      })}\n\n`;
    answers.set(`GET /api/v1/jobs/${ID}/events/stream`, () =>
      stream(event(1, "job_started", "running") + event(2, "job_failed", "failed")),
    );
    const { code, out } = await cli(["watch", ID]);
    expect(code).toBe(1);
    expect(
      out
        .trim()
        .split("\n")
        .map((line) => line.split(/\s+/)[1]),
    ).toEqual(["job_started", "job_failed"]);
  });

  test("watch: tells an event of a newer server and goes on; its status counts", async () => {
    const body = (type: string, status: string, seq: number) => ({
      ...{ id: ID, job_id: ID, seq, ts: AT, type, stage: null, status, message: `it ${type}`, payload: {} },
      origin: { via: "engine", token: null, address: null, link_id: null },
      hash: "0".repeat(64),
    });
    const frame = (value: { type: string }) => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
    const text = frame(body("job_praised", "running", 1)) + frame(body("job_crowned", "completed", 2));
    answers.set(`GET /api/v1/jobs/${ID}/events/stream`, () => stream(text));
    const { code, err } = await cli(["watch", ID]);
    expect(code).toBe(0);
    expect(err).toContain(
      "does not know events of type job_praised; the server is newer. It says: it job_praised",
    );
    const { out } = await cli(["watch", ID, "--json"]);
    const lines = out.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).unknown.type)).toEqual(["job_praised", "job_crowned"]);
  });

  test("artifacts --download saves each below its stage, never outside", async () => {
    const artifact = {
      ...{ id: ID, stage: "assemble", kind: "video", name: "../../x/film.mp4", version: 1, size_bytes: 4 },
      path: "artifacts/assemble/film.mp4",
    };
    answers.set(`GET /api/v1/jobs/${ID}/artifacts`, () => json({ artifacts: [artifact] }));
    answers.set(`GET /api/v1/jobs/${ID}/artifacts/${ID}/content`, () => new Response("film"));
    await cli(["artifacts", ID, "--download", "out"]);
    expect(readFileSync(join(cwd, "out", "assemble", "film.mp4"), "utf8")).toBe("film");
  });

  test("a refusal is told with code, fields and remedy", async () => {
    answers.set(`POST /api/v1/jobs/${ID}/approve`, () =>
      json(
        {
          ...{
            type: "t",
            title: "t",
            status: 409,
            detail: "Decided at 10:00.",
            code: "gate_already_decided",
          },
          ...{
            remedy: "Read the decision.",
            errors: [{ pointer: "/stage", message: "No.", remedy: "Other." }],
          },
        },
        409,
      ),
    );
    const { code, err } = await cli(["approve", ID, "script"]);
    expect(code).toBe(1);
    expect(err).toBe(
      "error gate_already_decided: Decided at 10:00.\n  /stage: No. Other.\nremedy: Read the decision.\n",
    );
  });

  test("no token: says where one comes from", async () => {
    const { code, err } = await cli(["jobs"], { ADMIN_TOKEN: "" });
    expect(code).toBe(2);
    expect(err).toContain("greenlight serve");
    mkdirSync(join(cwd, ".greenlight"));
    writeFileSync(join(cwd, ".greenlight", "token"), "kept\n");
    answers.set("GET /api/v1/jobs", () => json({ jobs: [], next_cursor: null }));
    expect((await cli(["jobs"], { ADMIN_TOKEN: "" })).out).toBe("No jobs.\n");
    expect(sent[0]?.token).toBe("Bearer kept");
  });
});
