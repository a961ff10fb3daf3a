import { problem } from "@greenlight/contract/problem";
import { expect, it } from "vitest";
import type { Webhooks } from "../../app/ports/webhooks.ts";
import { Rejection } from "../../domain/commands.ts";
import { ADMIN, httpBench } from "../testing/http-bench.ts";

const view = {
  name: "chat",
  url: "https://hooks.example/in",
  events: ["gate_opened" as const],
  ...{ status: "active" as const, disabled_reason: null, gone_since: null },
  pending: 1,
  dead: 0,
};

const EVENT = "019aa000-0000-7000-8000-000000000001";
const AT = "2026-11-21T10:00:00.000Z";
const delivery = {
  ...{
    event_id: EVENT,
    type: "gate_opened" as const,
    job_id: EVENT,
    status: "pending" as const,
    attempts: 0,
  },
  ...{ last_http_status: null, last_error: null, created_at: AT, last_try_at: null },
  ...{ redelivered_at: AT, next_try_at: AT },
};
const tested = { id: EVENT, accepted: true, http_status: 204, error: null, duration_ms: 12 };

it("shows the webhooks, passes on what is asked of one, and says who asked", async () => {
  const asked: unknown[] = [];
  const named =
    <Result>(result: Result) =>
    async (name: string, ...rest: unknown[]): Promise<Result> => {
      asked.push([name, ...rest]);
      if (name !== "chat") throw new Rejection("webhook_not_found", "No webhook has this name.");
      return result;
    };
  const webhooks: Webhooks = {
    list: async () => [view],
    deliveries: named([delivery]),
    redeliver: named(delivery),
    test: named(tested),
  };
  const bench = await httpBench({}, { webhooks });
  const read = (path: string) => bench.ask({ url: `/api/v1/webhooks${path}` });
  const post = (path: string) => bench.ask({ method: "POST", url: `/api/v1/webhooks${path}` });
  expect((await read("")).json()).toEqual({ webhooks: [view] });
  expect((await read("/chat/deliveries?limit=7&status=dead")).json()).toEqual({ deliveries: [delivery] });
  expect(problem.parse((await read("/other/deliveries")).json())).toMatchObject({
    ...{ status: 404, code: "webhook_not_found" },
  });
  const again = await post(`/chat/deliveries/${EVENT}/redeliver`);
  expect([again.statusCode, again.json()]).toEqual([202, delivery]);
  const test = await post("/chat/test");
  expect([test.statusCode, test.json()]).toEqual([200, tested]);
  for (const query of ["limit=0", "status=lost"])
    expect((await read(`/chat/deliveries?${query}`)).statusCode).toBe(400);
  for (const method of ["GET", "POST"] as const)
    expect((await bench.app.inject({ method, url: "/api/v1/webhooks/chat/test" })).statusCode).not.toBe(200);
  expect(asked).toEqual([
    ["chat", { limit: 7, status: "dead" }],
    ["other", { limit: 100 }],
    ["chat", EVENT, ADMIN],
    ["chat", ADMIN],
  ]);
  await bench.close();
});
