import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobEvent } from "@greenlight/contract/event";
import { webhookPayload } from "@greenlight/contract/webhook";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { uuid7Ids } from "../adapters/ids/uuid7.ts";
import { createFetchSender } from "../adapters/notices/fetch-sender.ts";
import { openSqliteStore, type SqliteStore } from "../adapters/store/sqlite.ts";
import type { JobState } from "../domain/state.ts";
import { FixtureLog } from "../domain/testing/fixtures.ts";
import type { Actor } from "./ports/operations.ts";
import type { ConfiguredWebhook, Webhook } from "./ports/webhooks.ts";
import { type LogEntry, rememberingLogger } from "./testing/engine.ts";
import { keyOf } from "./webhook-message.ts";
import { createWebhooks } from "./webhooks.ts";

const START = Date.parse("2026-11-21T12:00:00Z");
const RAW_KEY = Buffer.alloc(32, 7);
const SECRET = `whsec_${RAW_KEY.toString("base64")}`;

type Received = { id: string; timestamp: string; signature: string; body: string; authorization?: string };

let folder: string;
let store: SqliteStore;
let log: FixtureLog;
let now: number;
let server: Server;
let base: string;
let received: Received[];
/** Statuses to answer with, in order; 0 = never answer. After the last: 200. */
let answers: number[];
/** Sent with every answer. */
let retryAfter: string | undefined;
/** What chance says; 0.5 = no wait is shorter or longer. */
let chance: number;
let listeners: Set<(events: readonly JobEvent[]) => void>;
let stops: (() => Promise<void>)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "greenlight-webhooks-"));
  [log, now, received, answers, listeners, stops] = [new FixtureLog(), START, [], [], new Set(), []];
  [retryAfter, chance] = [undefined, 0.5];
  store = openSqliteStore({ path: join(folder, "db.sqlite") });
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const header = (name: string) => String(request.headers[name] ?? "");
    received.push({
      id: header("webhook-id"),
      timestamp: header("webhook-timestamp"),
      signature: header("webhook-signature"),
      body,
      authorization: header("authorization"),
    });
    const status = request.url === "/silent" ? 0 : (answers.shift() ?? 200);
    if (status !== 0) {
      if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
      response.writeHead(status, { location: `${base}/elsewhere` }).end("thank you");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const stop of stops) await stop();
  await store.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const hook = (change: Partial<Webhook> = {}): Webhook => ({
  name: "chat",
  url: `${base}/hook`,
  events: ["job_created", "job_completed"],
  key: keyOf(SECRET),
  ...change,
});

const OLGA: Actor = {
  ...{ name: "olga", role: "operator" },
  origin: { via: "http", token: "olga", address: null, link_id: null },
};
const KEEP = { keep_days: 30, keep_per_webhook: 100 };
const logged: LogEntry[] = [];

async function open(webhooks: ConfiguredWebhook[], timeout_ms = 2000, keep = KEEP) {
  const started = createWebhooks(webhooks, {
    store,
    deliveries: store.webhooks,
    sender: createFetchSender({ timeout_ms }),
    feed: {
      onEvents(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    clock: { now: () => now },
    ids: uuid7Ids,
    log: rememberingLogger(logged),
    random: () => chance,
    keep,
    jobUrl: (jobId) => `https://studio.example.org/jobs/${jobId}`,
  });
  await started.start();
  stops.push(() => started.stop());
  return started;
}

async function create(): Promise<JobState> {
  const made = log.create();
  await store.append(made);
  for (const listener of listeners) listener(made.events);
  return made.state;
}

async function record(state: JobState, type: JobEvent["type"]): Promise<JobState> {
  const request = log.append(state, [{ type }]);
  await store.append(request);
  for (const listener of listeners) listener(request.events);
  return request.state;
}

const receivedCount = (n: number) => vi.waitFor(() => expect(received).toHaveLength(n), 3000);
const attemptsOf = async (name = "chat") =>
  (await store.webhooks.deliveries(name, { limit: 10 })).map(({ status, attempts }) => [status, attempts]);

test("tells of the events that were asked for, signed, and of no others", async () => {
  const webhooks = await open([hook()]);
  const job = await create();
  await record(await record(job, "job_started"), "job_completed");
  await receivedCount(2);
  const [first, second] = received.map((message) => JSON.parse(message.body));
  expect([first.type, second.type]).toEqual(["job_created", "job_completed"]);
  const url = `https://studio.example.org/jobs/${job.id}`;
  expect(first.data.job).toEqual({ id: job.id, slug: job.slug, status: job.status, url });
  expect(webhookPayload.parse(first)).toEqual(first);
  for (const { id, timestamp, signature, body } of received) {
    expect(id).toBe(JSON.parse(body).data.id);
    expect(Number(timestamp)).toBe(START / 1000);
    const expected = createHmac("sha256", RAW_KEY).update(`${id}.${timestamp}.${body}`).digest("base64");
    expect(signature).toBe(`v1,${expected}`);
  }
  await vi.waitFor(async () =>
    expect(await attemptsOf()).toEqual([
      ["delivered", 1],
      ["delivered", 1],
    ]),
  );
  expect(await webhooks.list()).toEqual([
    {
      ...{ name: "chat", url: `${base}/…`, events: ["job_created", "job_completed"] },
      ...{ status: "active", disabled_reason: null, gone_since: null, pending: 0, dead: 0 },
    },
  ]);
  await expect(webhooks.deliveries("other", { limit: 10 })).rejects.toMatchObject({
    code: "webhook_not_found",
  });
});

test("tells a receiver by which path somebody acted and in whose name, and not from where or with what", async () => {
  await open([hook()]);
  const origin = {
    via: "link",
    token: "admin",
    address: "203.0.113.9",
    link_id: "l-7",
    link_made_by: "anna",
  } as const;
  const made = log.create();
  const events = made.events.map((event) => ({ ...event, origin, payload: { by: "mira" } }));
  await store.append({ ...made, events });
  for (const listener of listeners) listener(events);
  await receivedCount(1);
  const { data } = JSON.parse(received[0]?.body ?? "");
  expect(data.origin).toEqual({ via: "link" });
  expect(data.payload).toEqual({ by: "mira" });
  expect(data).not.toHaveProperty("hash");
  for (const secret of ["admin", "203.0.113.9", "l-7", "anna"])
    expect(received[0]?.body).not.toContain(secret);
});

test("tries again after 5 s, then 10 s, with the same body, also across a restart", async () => {
  answers = [500, 503];
  const webhooks = await open([hook()]);
  await create();
  await receivedCount(1);
  await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["pending", 1]]));
  const [failed] = await webhooks.deliveries("chat", { limit: 10 });
  expect(failed).toMatchObject({ last_http_status: 500, last_error: "answered 500" });
  expect(Date.parse(failed?.next_try_at ?? "")).toBe(START + 5000);

  await webhooks.stop();
  now += 4999;
  await open([hook()]);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(received).toHaveLength(1);
  now += 1;
  await receivedCount(2);
  await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["pending", 2]]));
  now += 10_000;
  await receivedCount(3);
  await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["delivered", 3]]));
  expect(new Set(received.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
  expect(received.map(({ timestamp }) => Number(timestamp) - START / 1000)).toEqual([0, 5, 15]);
});

test.each([
  ["a wait is shortened by chance", 500, undefined, 0, 4000],
  ["a 429 says when to come again", 429, "120", 0.5, 120_000],
  ["a 503 says it as a date", 503, "Sat, 21 Nov 2026 12:02:00 GMT", 0.5, 120_000],
  ["a 500 that says it is not heeded", 500, "120", 0.5, 5000],
])("%s", async (_, status, header, luck, wait) => {
  [answers, retryAfter, chance] = [[status], header, luck];
  const webhooks = await open([hook()]);
  await create();
  await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["pending", 1]]));
  const [failed] = await webhooks.deliveries("chat", { limit: 1 });
  expect(Date.parse(failed?.next_try_at ?? "") - START).toBe(wait);
});

test("what happens while nothing runs is told at the next start; a new webhook starts at the log's end", async () => {
  await create();
  const webhooks = await open([hook()]);
  const second = await create();
  await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["delivered", 1]]));
  await webhooks.stop();
  const third = await create();
  const fourth = await create();
  await open([hook(), hook({ name: "late" })]);
  await receivedCount(3);
  expect(received.map(({ body }) => JSON.parse(body).data.job_id)).toEqual([second.id, third.id, fourth.id]);
  expect(await store.webhooks.deliveries("late", { limit: 10 })).toEqual([]);
});

test("a receiver that does not answer holds up nobody, and times out", async () => {
  await open([hook({ name: "slow", url: `${base}/silent` }), hook()], 700);
  await create();
  await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["delivered", 1]]));
  expect(await attemptsOf("slow")).toEqual([["pending", 0]]);
  await vi.waitFor(async () => expect(await attemptsOf("slow")).toEqual([["pending", 1]]), 3000);
  expect((await store.webhooks.deliveries("slow", { limit: 1 }))[0]).toMatchObject({
    last_http_status: null,
    last_error: "no answer within 0.7 s",
  });
});

test("stopping ends a try under way without counting it; it is made again", async () => {
  const webhooks = await open([hook({ url: `${base}/silent` })]);
  await create();
  await receivedCount(1);
  await webhooks.stop();
  expect(await attemptsOf()).toEqual([["pending", 0]]);
  await open([hook()]);
  await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["delivered", 1]]));
  expect(received[0]?.id).toBe(received[1]?.id);
});

test("follows no redirect and gives up after a day", async () => {
  answers = Array<number>(100).fill(302);
  const webhooks = await open([hook({ url: `${base.replace("//", "//u:p%20w@")}/hook?key=1` })]);
  await create();
  for (let tries = 1; ; tries++) {
    await vi.waitFor(async () => expect((await attemptsOf())[0]?.[1]).toBe(tries), 3000);
    const [delivery] = await webhooks.deliveries("chat", { limit: 1 });
    if (!delivery?.next_try_at) break;
    const next = Date.parse(delivery.next_try_at);
    expect(next - now).toBe(Math.min(5000 * 2 ** (tries - 1), 3_600_000));
    now = tries < 12 ? next : START + 23.5 * 3_600_000;
  }
  expect((await webhooks.deliveries("chat", { limit: 1 }))[0]).toMatchObject({
    status: "dead",
    last_http_status: 302,
    last_error: "answered 302; redirects are not followed",
  });
  expect(await webhooks.list()).toMatchObject([{ url: `${base}/…`, pending: 0, dead: 1 }]);
  expect(received[0]?.authorization).toBe(`Basic ${Buffer.from("u:p w").toString("base64")}`);
});

test("a webhook that is taken out of the configuration loses what it had pending", async () => {
  answers = [500];
  const webhooks = await open([hook()]);
  await create();
  await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["pending", 1]]));
  await webhooks.stop();
  await open([]);
  expect((await store.webhooks.deliveries("chat", { limit: 1 }))[0]).toMatchObject({
    status: "dead",
    last_error: "the webhook was removed",
  });
});

describe("one that is switched off", () => {
  const off = (): ConfiguredWebhook => {
    const { key: _, ...named } = hook();
    return { ...named, disabled_reason: "webhooks.0.secret_env: The variable CHAT_KEY is not set." };
  };

  test("says so, gets nothing, refuses to send, and loses nothing", async () => {
    answers = [500];
    const before = await open([hook()]);
    const first = await create();
    await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["pending", 1]]));
    await before.stop();

    const webhooks = await open([off()]);
    const second = await create();
    now += 5000;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(received).toHaveLength(1);
    const reason = "webhooks.0.secret_env: The variable CHAT_KEY is not set.";
    expect(await webhooks.list()).toMatchObject([
      { status: "disabled", disabled_reason: reason, pending: 1 },
    ]);
    expect(logged.filter(({ level }) => level === "error").at(-1)?.message).toContain("CHAT_KEY");
    for (const refused of [webhooks.test("chat", OLGA), webhooks.redeliver("chat", "x", OLGA)])
      await expect(refused).rejects.toMatchObject({
        code: "webhook_disabled",
        message: expect.stringContaining(reason),
      });
    await webhooks.stop();

    await open([hook()]);
    await receivedCount(3);
    const jobs = received.map(({ body }) => JSON.parse(body).data.job_id);
    expect([jobs[0], ...jobs.slice(1).sort()]).toEqual([first.id, ...[first.id, second.id].sort()]);
  });
});

describe("one whose receiver answers 410", () => {
  test("is switched off, also across a restart, says so, and loses nothing", async () => {
    answers = [410, 410];
    const before = await open([hook()]);
    await create();
    await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["pending", 1]]));
    await create();
    now += 3_600_000;
    await new Promise((resolve) => setTimeout(resolve, 600));
    await before.stop();
    logged.length = 0;
    const webhooks = await open([hook()]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(received).toHaveLength(1);
    const gone = {
      status: "disabled",
      disabled_reason: expect.stringMatching(/410 Gone on 2026-11-21T12:00:00.000Z.*webhooks test chat/),
      gone_since: "2026-11-21T12:00:00.000Z",
    };
    expect(await webhooks.list()).toMatchObject([{ ...gone, pending: 1 }]);
    expect(logged).toMatchObject([{ level: "error", message: expect.stringContaining("410 Gone") }]);
    await expect(webhooks.redeliver("chat", received[0]?.id ?? "", OLGA)).rejects.toMatchObject({
      code: "webhook_disabled",
      message: expect.stringContaining("410 Gone"),
    });

    expect(await webhooks.test("chat", OLGA)).toMatchObject({ accepted: false, http_status: 410 });
    expect(await webhooks.list()).toMatchObject([gone]);
    expect(await webhooks.test("chat", OLGA)).toMatchObject({ accepted: true });
    expect(await webhooks.list()).toMatchObject([
      { status: "active", disabled_reason: null, gone_since: null },
    ]);
    await vi.waitFor(async () =>
      expect((await attemptsOf()).map(([status]) => status)).toEqual(["delivered", "delivered"]),
    );
    expect(received.slice(3).map(({ id }) => id)).toContain(received[0]?.id);
    expect(logged.at(-1)).toMatchObject({ level: "info", message: expect.stringContaining("on again") });
  });

  test("is said in the log at once", async () => {
    [answers, logged.length] = [[410], 0];
    await open([hook()]);
    await create();
    await vi.waitFor(() => expect(logged.map(({ level }) => level)).toEqual(["error"]));
    expect(logged[0]?.message).toContain("the webhook chat is switched off: Its address answered 410 Gone");
  });
});

describe("sent again", () => {
  test("a delivered one comes again at once, as the same message", async () => {
    const webhooks = await open([hook()]);
    await create();
    await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["delivered", 1]]));
    now += 60_000;
    const again = await webhooks.redeliver("chat", received[0]?.id ?? "", OLGA);
    const redelivered_at = new Date(now).toISOString();
    expect(again).toMatchObject({
      status: "pending",
      attempts: 0,
      redelivered_at,
      next_try_at: redelivered_at,
    });
    await receivedCount(2);
    expect(received[1]?.body).toBe(received[0]?.body);
    await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["delivered", 1]]));
  });

  test("a dead one is tried anew for a day, from the first wait on; a waiting one at once", async () => {
    answers = Array<number>(30).fill(503);
    const webhooks = await open([hook()]);
    await create();
    await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["pending", 1]]));
    now = START + 25 * 3_600_000;
    await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["dead", 2]]));
    const id = received[0]?.id ?? "";
    await webhooks.redeliver("chat", id, OLGA);
    await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["pending", 1]]));
    const [waiting] = await webhooks.deliveries("chat", { limit: 1, status: "pending" });
    expect(Date.parse(waiting?.next_try_at ?? "") - now).toBe(5000);
    expect(await webhooks.deliveries("chat", { limit: 1, status: "dead" })).toEqual([]);
    answers = [];
    await webhooks.redeliver("chat", id, OLGA);
    await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["delivered", 1]]));
  });

  test("what is not there, and who may not, is refused", async () => {
    const webhooks = await open([hook()]);
    const code = (promise: Promise<unknown>) => promise.then(String, (error) => error.code);
    expect(await code(webhooks.redeliver("chat", "x", OLGA))).toBe("delivery_not_found");
    expect(await code(webhooks.redeliver("other", "x", OLGA))).toBe("webhook_not_found");
    const viewer = { ...OLGA, role: "viewer" } as const;
    expect(await code(webhooks.redeliver("chat", "x", viewer))).toBe("role_not_allowed");
    expect(await code(webhooks.test("chat", viewer))).toBe("role_not_allowed");
  });
});

test("a test is sent at once, signed, told of, and stands in no log", async () => {
  answers = [204, 500];
  const webhooks = await open([hook()]);
  const told = await webhooks.test("chat", OLGA);
  expect(told).toMatchObject({ id: received[0]?.id, accepted: true, http_status: 204, error: null });
  const { id, timestamp, signature, body } = received[0] as Received;
  const expected = createHmac("sha256", RAW_KEY).update(`${id}.${timestamp}.${body}`).digest("base64");
  expect(signature).toBe(`v1,${expected}`);
  expect(webhookPayload.parse(JSON.parse(body))).toMatchObject({
    type: "webhook_test",
    data: { webhook: "chat" },
  });
  expect(await webhooks.test("chat", OLGA)).toMatchObject({
    ...{ accepted: false, http_status: 500, error: "answered 500" },
  });
  expect(await webhooks.deliveries("chat", { limit: 10 })).toEqual([]);
  const gone = await open([hook({ name: "gone", url: "http://127.0.0.1:1/" })]);
  const away = await gone.test("gone", OLGA);
  expect(away).toMatchObject({ accepted: false, http_status: null });
  expect(away.error).not.toBe("");
});

describe("what is kept", () => {
  const DAY_MS = 24 * 3_600_000;
  const kept = async (name = "chat") =>
    (await store.webhooks.deliveries(name, { limit: 5000 })).map(
      ({ job_id, status }) => `${status} ${job_id}`,
    );

  test("ended deliveries go by age at the next start, also of webhooks that are gone; pending ones stay", async () => {
    const webhooks = await open([
      hook(),
      hook({ name: "gone" }),
      hook({ name: "slow", url: `${base}/silent` }),
    ]);
    const first = await create();
    await vi.waitFor(async () => expect([await kept(), await kept("gone")].flat()).toHaveLength(2));
    await receivedCount(3);
    await vi.waitFor(async () => expect(await attemptsOf("gone")).toEqual([["delivered", 1]]));
    await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["delivered", 1]]));
    await webhooks.stop();
    now += 20 * DAY_MS;
    const later = await open([hook(), hook({ name: "slow", url: `${base}/silent` })]);
    const second = await create();
    await vi.waitFor(async () => expect(await kept()).toHaveLength(2));
    await vi.waitFor(async () => expect((await attemptsOf())[0]).toEqual(["delivered", 1]));
    await later.stop();
    now += 10 * DAY_MS + 1;
    await open([hook(), hook({ name: "slow", url: `${base}/silent` })]);
    await vi.waitFor(async () => expect(await kept()).toEqual([`delivered ${second.id}`]));
    expect(await kept("gone")).toEqual([]);
    expect(await kept("slow")).toEqual([`pending ${second.id}`, `pending ${first.id}`]);
  });

  test("of each webhook the newest so many that have ended, in several steps, and every pending one", async () => {
    await Promise.all(Array.from({ length: 700 }, create));
    const all = await store.readAll(null, 1000);
    for (const name of ["chat", "log"]) {
      await store.webhooks.enlist(["chat", "log"], null);
      await store.webhooks.handOver(name, all.at(-1)?.id ?? "", all, START);
    }
    for (const [n, { id }] of all.entries()) {
      const status = n % 100 === 0 ? "pending" : n % 2 === 0 ? "dead" : "delivered";
      const next_try_at = status === "pending" ? START + DAY_MS : null;
      const result = {
        event_id: id,
        status,
        tried_at: START,
        next_try_at,
        http_status: 500,
        error: "x",
      } as const;
      await store.webhooks.record("chat", result);
    }
    await open([hook(), hook({ name: "log", url: `${base}/silent` })], 2000, {
      keep_days: 1,
      keep_per_webhook: 30,
    });
    await vi.waitFor(async () => expect(await kept()).toHaveLength(7 + 30), 5000);
    const left = await kept();
    expect(left.filter((line) => line.startsWith("pending"))).toHaveLength(7);
    expect(left.slice(0, 30).every((line) => !line.startsWith("pending"))).toBe(true);
    expect(await kept("log")).toHaveLength(700);
  });
});
