import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobEvent } from "@greenlight/contract/event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createFetchSender } from "../adapters/notices/fetch-sender.ts";
import { openSqliteStore, type SqliteStore } from "../adapters/store/sqlite.ts";
import type { JobState } from "../domain/state.ts";
import { FixtureLog } from "../domain/testing/fixtures.ts";
import type { Webhook } from "./ports/webhooks.ts";
import { rememberingLogger } from "./testing/engine.ts";
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
let listeners: Set<(events: readonly JobEvent[]) => void>;
let stops: (() => Promise<void>)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "greenlight-webhooks-"));
  [log, now, received, answers, listeners, stops] = [new FixtureLog(), START, [], [], new Set(), []];
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
    if (status !== 0) response.writeHead(status, { location: `${base}/elsewhere` }).end("thank you");
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

async function open(webhooks: Webhook[], timeout_ms = 2000) {
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
    log: rememberingLogger([]),
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
  (await store.webhooks.deliveries(name, 10)).map(({ status, attempts }) => [status, attempts]);

test("tells of the events that were asked for, signed, and of no others", async () => {
  const webhooks = await open([hook()]);
  const job = await create();
  await record(await record(job, "job_started"), "job_completed");
  await receivedCount(2);
  const [first, second] = received.map((message) => JSON.parse(message.body));
  expect([first.type, second.type]).toEqual(["job_created", "job_completed"]);
  expect(first.data.job).toEqual({ id: job.id, slug: job.slug, status: job.status });
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
    { name: "chat", url: `${base}/…`, events: ["job_created", "job_completed"], pending: 0, dead: 0 },
  ]);
  await expect(webhooks.deliveries("other", 10)).rejects.toMatchObject({ code: "webhook_not_found" });
});

test("tries again after 5 s, then 10 s, with the same body, also across a restart", async () => {
  answers = [500, 503];
  const webhooks = await open([hook()]);
  await create();
  await receivedCount(1);
  await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["pending", 1]]));
  const [failed] = await webhooks.deliveries("chat", 10);
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
  expect(await store.webhooks.deliveries("late", 10)).toEqual([]);
});

test("a receiver that does not answer holds up nobody, and times out", async () => {
  await open([hook({ name: "slow", url: `${base}/silent` }), hook()], 700);
  await create();
  await vi.waitFor(async () => expect(await attemptsOf()).toEqual([["delivered", 1]]));
  expect(await attemptsOf("slow")).toEqual([["pending", 0]]);
  await vi.waitFor(async () => expect(await attemptsOf("slow")).toEqual([["pending", 1]]), 3000);
  expect((await store.webhooks.deliveries("slow", 1))[0]).toMatchObject({
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
    const [delivery] = await webhooks.deliveries("chat", 1);
    if (!delivery?.next_try_at) break;
    const next = Date.parse(delivery.next_try_at);
    expect(next - now).toBe(Math.min(5000 * 2 ** (tries - 1), 3_600_000));
    now = tries < 12 ? next : START + 23.5 * 3_600_000;
  }
  expect((await webhooks.deliveries("chat", 1))[0]).toMatchObject({
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
  expect((await store.webhooks.deliveries("chat", 1))[0]).toMatchObject({
    status: "dead",
    last_error: "the webhook was removed",
  });
});
