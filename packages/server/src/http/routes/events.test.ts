import { eventPage } from "@greenlight/contract/api";
import { createClient } from "@greenlight/contract/client";
import type { JobEvent } from "@greenlight/contract/event";
import { problem } from "@greenlight/contract/problem";
import { SseParser } from "@greenlight/contract/sse-parser";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventOf, queuedJob, runningJob, START, uuidAt } from "../testing/fake-jobs.ts";
import { AUTH, type Bench, httpBench, TOKEN } from "../testing/http-bench.ts";

const JOB = uuidAt(START, 1);
const OTHER = uuidAt(START, 2);
let bench: Bench;
let counter: number;
const seqs = new Map<string, number>();

beforeEach(async () => {
  bench = await httpBench();
  counter = 100;
  seqs.clear();
  bench.store.jobs.set(JOB, runningJob(JOB));
  bench.store.jobs.set(OTHER, queuedJob(OTHER));
});
afterEach(() => bench.close());

function commit(job: string): JobEvent {
  const seq = (seqs.get(job) ?? 0) + 1;
  seqs.set(job, seq);
  const event = eventOf(job, seq, uuidAt(START, ++counter));
  bench.store.commit(event);
  return event;
}

const page = async (query = "") =>
  eventPage.parse((await bench.ask({ url: `/api/v1/jobs/${JOB}/events${query}` })).json());

describe("polling", () => {
  it("gives every event of the job once, page by page", async () => {
    const made = Array.from({ length: 7 }, () => {
      commit(OTHER);
      return commit(JOB);
    });
    const seen: JobEvent[] = [];
    let after = "";
    for (;;) {
      const { events, next_after, has_more } = await page(`?limit=3${after}`);
      seen.push(...events);
      after = `&after=${next_after}`;
      if (!has_more) break;
    }
    expect(seen).toEqual(made);
    expect(await page(`?${after.slice(1)}`)).toEqual({
      events: [],
      next_after: made.at(-1)?.id,
      has_more: false,
    });
  });

  it("of a job without events has no cursor", async () => {
    expect(await page()).toEqual({ events: [], next_after: null, has_more: false });
  });

  it.each([
    [`?after=${uuidAt(START, 999)}`, "unknown_cursor"],
    ["?after=nonsense", "invalid_field"],
    ["?wait_s=61", "invalid_field"],
    ["?limit=0", "invalid_field"],
  ])("refuses %s", async (query, code) => {
    const response = await bench.ask({ url: `/api/v1/jobs/${JOB}/events${query}` });
    expect(problem.parse(response.json())).toMatchObject({ status: 400, code });
  });

  it("refuses the cursor of another job", async () => {
    const { id } = commit(OTHER);
    const response = await bench.ask({ url: `/api/v1/jobs/${JOB}/events?after=${id}` });
    expect(problem.parse(response.json()).code).toBe("unknown_cursor");
  });
});

describe("long-polling", () => {
  it("ends at the first event, and not at another job's or at progress", async () => {
    let ended = false;
    const waiting = page("?wait_s=20").finally(() => {
      ended = true;
    });
    await tick(50);
    commit(OTHER);
    bench.store.report({ job_id: JOB, stage: "script", attempt: 2, fraction: 0.1, message: "" });
    await tick(50);
    expect(ended).toBe(false);
    const event = commit(JOB);
    expect((await waiting).events).toEqual([event]);
  });

  it("misses no commit between its first read and its wait", async () => {
    const event = eventOf(JOB, 1, uuidAt(START, 500));
    let first = true;
    const read = bench.store.readJob.bind(bench.store);
    bench.store.readJob = async (...args) => {
      const events = await read(...args);
      if (first) bench.store.commit(event);
      first = false;
      return events;
    };
    const started = performance.now();
    expect((await page("?wait_s=20")).events).toEqual([event]);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("ends empty after its time", async () => {
    const started = performance.now();
    expect((await page("?wait_s=0.2")).events).toEqual([]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(195);
  });

  it("of a client that went stops waiting", async () => {
    const url = await bench.listen();
    const abort = new AbortController();
    const asked = fetch(`${url}/api/v1/jobs/${JOB}/events?wait_s=60`, {
      headers: AUTH,
      signal: abort.signal,
    });
    await until(async () => (await readers()) === 1);
    abort.abort();
    await expect(asked).rejects.toThrow();
    await until(async () => (await readers()) === 0);
  });

  it("200 at once are all woken by one event, each reading twice", async () => {
    const url = await bench.listen();
    let answered = 0;
    const asked = Array.from({ length: 200 }, async () => {
      const response = await fetch(`${url}/api/v1/jobs/${JOB}/events?wait_s=30`, { headers: AUTH });
      answered++;
      return response.json();
    });
    await until(async () => (await readers()) === 200);
    expect(bench.store.reads).toBe(200);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(answered).toBe(0);
    const event = commit(JOB);
    for (const answer of await Promise.all(asked)) expect(answer.events).toEqual([event]);
    expect(bench.store.reads).toBe(400);
    expect(await readers()).toBe(0);
  });
});

describe("the event stream", () => {
  it("replays, goes on live, and gives progress without an id", async () => {
    const url = await bench.listen();
    const before = [commit(JOB), commit(JOB)];
    bench.store.report({ job_id: JOB, stage: "script", attempt: 2, fraction: 0.25, message: "a quarter" });
    const stream = await open(`${url}/api/v1/jobs/${JOB}/events/stream`);
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const replayed = await stream.take(3);
    commit(OTHER);
    const live = commit(JOB);
    const messages = [...replayed, ...(await stream.take(1))];
    stream.close();
    expect(messages.map((message) => [message.id, message.event])).toEqual([
      ...before.map((event) => [event.id, event.type]),
      [null, "progress"],
      [live.id, live.type],
    ]);
    expect(JSON.parse(messages[0]?.data ?? "")).toEqual(before[0]);
    expect(JSON.parse(messages[2]?.data ?? "").fraction).toBe(0.25);
  });

  it("comes back by Last-Event-ID, which counts more than ?after", async () => {
    const url = await bench.listen();
    const [one, two, three] = [commit(JOB), commit(JOB), commit(JOB)];
    const by = async (query: string, headers: Record<string, string>) => {
      const stream = await open(`${url}/api/v1/jobs/${JOB}/events/stream${query}`, headers);
      // Given a cursor, the stream begins by confirming it: an id without data.
      const messages = await stream.take(query === "" ? 1 : 2);
      stream.close();
      return messages.at(-1)?.id;
    };
    expect(await by("", {})).toBe(one.id);
    expect(await by(`?after=${one.id}`, {})).toBe(two.id);
    expect(await by(`?after=${one.id}`, { "last-event-id": two.id })).toBe(three.id);
  });

  it("of all jobs tells each in the order of the log; `now` skips the past and survives a break", async () => {
    const url = await bench.listen();
    commit(JOB);
    const last = commit(OTHER);
    const stream = await open(`${url}/api/v1/events/stream?after=now`);
    const [cursor] = await stream.take(1);
    expect(cursor).toEqual({ id: last.id, event: "message", data: "" });
    const made = [commit(JOB), commit(OTHER), commit(JOB)];
    expect((await stream.take(3)).map((message) => message.id)).toEqual(made.map((event) => event.id));
    stream.close();
  });

  it.each([
    [`/api/v1/jobs/${uuidAt(START, 9)}/events/stream`, {}, "job_not_found"],
    [`/api/v1/jobs/${JOB}/events/stream`, { "last-event-id": "nonsense" }, "invalid_field"],
    [`/api/v1/jobs/${JOB}/events/stream`, { "last-event-id": uuidAt(START, 9) }, "unknown_cursor"],
    [`/api/v1/events/stream?after=${uuidAt(START, 9)}`, {}, "unknown_cursor"],
  ])("%s %j → %s", async (url, headers, code) => {
    expect(problem.parse((await bench.ask({ url, headers })).json()).code).toBe(code);
  });

  it("opens with a ticket, without the token", async () => {
    const url = await bench.listen();
    commit(JOB);
    const { ticket } = await createClient({ url, token: TOKEN }).ticket();
    const address = `${url}/api/v1/jobs/${JOB}/events/stream?ticket=${ticket}`;
    const stream = await open(address, {}, {});
    expect(await stream.take(1)).toHaveLength(1);
    stream.close();
    expect((await fetch(address)).status).toBe(401);
  });

  it("lets go of clients that went, and ends when the server closes", async () => {
    const url = await bench.listen();
    const gone = await open(`${url}/api/v1/jobs/${JOB}/events/stream`);
    const stays = await open(`${url}/api/v1/events/stream`);
    await until(async () => (await readers()) === 2);
    gone.close();
    await until(async () => (await readers()) === 1);
    const started = performance.now();
    const ended = stays.take(1);
    await bench.app.close();
    expect(await ended).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("reads no further than a slow client does", async () => {
    const url = await bench.listen();
    const big = { text: "x".repeat(20_000) };
    for (let n = 1; n <= 3000; n++)
      bench.store.events.push(eventOf(JOB, n, uuidAt(START, 1000 + n), { payload: big }));
    const stream = await open(`${url}/api/v1/jobs/${JOB}/events/stream`);
    await tick(300);
    // Pages of 100 events of 20 kB; what the sockets hold is a few MB of 60.
    const readWhileStalled = bench.store.reads;
    expect(readWhileStalled).toBeLessThan(15);
    await tick(100);
    expect(bench.store.reads).toBe(readWhileStalled);
    const seen = await stream.take(3000);
    stream.close();
    expect(seen.map((message) => message.id)).toEqual(bench.store.events.map((event) => event.id));
  });
});

const tick = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(done: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await done())) {
    if (performance.now() > end) throw new Error("it never came true");
    await tick(10);
  }
}

async function readers(): Promise<number> {
  const { body } = await bench.ask({ url: "/metrics" });
  return Number(/^greenlight_event_readers (\d+)$/m.exec(body)?.[1]);
}

async function open(url: string, headers: Record<string, string> = {}, auth: Record<string, string> = AUTH) {
  const abort = new AbortController();
  const response = await fetch(url, { headers: { ...auth, ...headers }, signal: abort.signal });
  if (response.body === null) throw new Error("no body");
  const reader = response.body.getReader();
  const parser = new SseParser();
  const decoder = new TextDecoder();
  const ready: ReturnType<SseParser["push"]> = [];
  return {
    response,
    /** The next `count` messages; fewer if the stream ends. */
    async take(count: number) {
      while (ready.length < count) {
        const { done, value } = await reader.read();
        if (done) break;
        ready.push(...parser.push(decoder.decode(value, { stream: true })));
      }
      return ready.splice(0, count);
    },
    close: () => abort.abort(),
  };
}
