import { problem } from "@greenlight/contract/problem";
import { expect, it } from "vitest";
import type { WebhookLog } from "../../app/ports/webhooks.ts";
import { Rejection } from "../../domain/commands.ts";
import { httpBench } from "../testing/http-bench.ts";

const view = {
  name: "chat",
  url: "https://hooks.example/in",
  events: ["gate_opened" as const],
  pending: 1,
  dead: 0,
};

it("shows the webhooks and passes the limit of their deliveries on", async () => {
  const asked: [string, number][] = [];
  const webhooks: WebhookLog = {
    list: async () => [view],
    deliveries: async (name, limit) => {
      asked.push([name, limit]);
      if (name !== "chat") throw new Rejection("webhook_not_found", "No webhook has this name.");
      return [];
    },
  };
  const bench = await httpBench({}, { webhooks });
  const read = (path: string) => bench.ask({ url: `/api/v1/webhooks${path}` });
  expect((await read("")).json()).toEqual({ webhooks: [view] });
  expect((await read("/chat/deliveries?limit=7")).json()).toEqual({ deliveries: [] });
  expect(problem.parse((await read("/other/deliveries")).json())).toMatchObject({
    status: 404,
    code: "webhook_not_found",
  });
  expect((await read("/chat/deliveries?limit=0")).statusCode).toBe(400);
  expect((await bench.app.inject({ url: "/api/v1/webhooks" })).statusCode).toBe(401);
  expect(asked).toEqual([
    ["chat", 7],
    ["other", 100],
  ]);
  await bench.close();
});
