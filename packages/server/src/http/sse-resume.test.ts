import { createClient } from "@greenlight/contract/client";
import type { JobEvent } from "@greenlight/contract/event";
import { ProblemError } from "@greenlight/contract/problem-error";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eventOf, runningJob, START, uuidAt } from "./testing/fake-jobs.ts";
import { type Bench, httpBench, TOKEN } from "./testing/http-bench.ts";

const JOBS = [uuidAt(START, 1), uuidAt(START, 2)];
let bench: Bench;
let url: string;
beforeEach(async () => {
  bench = await httpBench();
  url = await bench.listen();
});
afterEach(() => bench.close());

const tick = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A fetch whose every connection breaks after as many bytes as `cuts` says next; then it breaks no more. */
function breakingFetch(cuts: readonly number[]): typeof fetch {
  let connection = 0;
  return async (input, init) => {
    const left = cuts[connection++];
    const response = await fetch(input, init);
    if (left === undefined || response.body === null) return response;
    let rest = left;
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk.subarray(0, rest));
        rest -= chunk.byteLength;
        if (rest <= 0) controller.error(new Error("connection broken"));
      },
    });
    return new Response(response.body.pipeThrough(cut), response);
  };
}

it("a reader whose connection breaks anywhere sees every event once, in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ job: fc.constantFrom(0, 1), wait: fc.nat(3), burst: fc.integer({ min: 1, max: 130 }) }),
        {
          minLength: 1,
          maxLength: 6,
        },
      ),
      fc.array(fc.integer({ min: 1, max: 6000 }), { maxLength: 3 }),
      fc.boolean(),
      async (writes, cuts, all) => {
        bench.store.events.length = 0;
        for (const job of JOBS) bench.store.jobs.set(job, runningJob(job));
        // Reads take a moment, so that commits fall between a read and the wait after it.
        bench.store.beforeRead = async () => {
          await tick(0);
        };
        const expected: JobEvent[] = [];
        const seqs = [0, 0];
        let made = 0;
        const write = async () => {
          for (const { job, wait, burst } of writes) {
            for (let n = 0; n < burst; n++) {
              const seq = (seqs[job] ?? 0) + 1;
              seqs[job] = seq;
              const event = eventOf(JOBS[job] ?? "", seq, uuidAt(START, 1000 + ++made));
              if (all || job === 0) expected.push(event);
              bench.store.commit(event);
              if (n % 20 === 0)
                bench.store.report({
                  job_id: event.job_id,
                  stage: "script",
                  attempt: 2,
                  fraction: 0.5,
                  message: "",
                });
            }
            await tick(wait);
          }
        };
        const client = createClient({ url, token: TOKEN, fetch: breakingFetch(cuts) });
        const abort = new AbortController();
        const options = { signal: abort.signal };
        const stream = all ? client.allEvents(options) : client.events(JOBS[0] ?? "", options);
        const total = writes.reduce((sum, { job, burst }) => sum + (all || job === 0 ? burst : 0), 0);
        const seen: JobEvent[] = [];
        const read = async () => {
          if (total === 0) return;
          for await (const item of stream) {
            if (item.kind === "event") seen.push(item.event);
            if (seen.length >= total) break;
          }
        };
        await Promise.all([read(), write()]);
        abort.abort();
        expect(seen).toEqual(expected);
      },
    ),
    { seed: 20261121, numRuns: 25 },
  );
});

it("goes on where it was after the server was gone for a while", async () => {
  const [job = ""] = JOBS;
  bench.store.jobs.set(job, runningJob(job));
  const event = (n: number) => eventOf(job, n, uuidAt(START, 1000 + n));
  bench.store.commit(event(1));
  let away = false;
  const client = createClient({
    url,
    token: TOKEN,
    fetch: async (input, init) => {
      if (away) throw new TypeError("fetch failed");
      return fetch(input, init);
    },
  });
  const abort = new AbortController();
  const stream = client.events(job, { signal: abort.signal });
  expect((await stream.next()).value).toMatchObject({ kind: "event", event: { seq: 1 } });
  away = true;
  bench.app.server.closeAllConnections();
  bench.store.commit(event(2), event(3));
  const next = stream.next();
  await tick(400);
  away = false;
  expect((await next).value).toMatchObject({ event: { seq: 2 } });
  expect((await stream.next()).value).toMatchObject({ event: { seq: 3 } });
  const last = stream.next();
  abort.abort();
  expect((await last).done).toBe(true);
});

it("ends with the problem where waiting would not help", async () => {
  const client = createClient({ url, token: TOKEN });
  const error = await client
    .events(uuidAt(START, 9))
    .next()
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ code: "job_not_found", problem: { status: 404 } });
});
