import {
  deliveryList,
  listDeliveries,
  webhookDelivery,
  webhookList,
  webhookTest,
} from "@greenlight/contract/webhook";
import { z } from "zod";
import { actorOf } from "../auth.ts";
import { type App, type Context, REFUSALS } from "../context.ts";

const webhookParams = z.object({ name: z.string().describe("Name of the webhook") });

export function webhookRoutes(app: App, context: Context): void {
  const { webhooks } = context;
  const tags = ["webhooks"];
  app.get(
    "/webhooks",
    {
      schema: { tags, summary: "Who is told of which events", response: { 200: webhookList, ...REFUSALS } },
    },
    async () => ({ webhooks: await webhooks.list() }),
  );

  app.get(
    "/webhooks/:name/deliveries",
    {
      schema: {
        tags,
        summary: "What was sent to a webhook and how it went, newest event first",
        params: webhookParams,
        querystring: listDeliveries,
        response: { 200: deliveryList, ...REFUSALS },
      },
    },
    async ({ params, query }) => ({ deliveries: await webhooks.deliveries(params.name, query) }),
  );

  app.post(
    "/webhooks/:name/deliveries/:event_id/redeliver",
    {
      schema: {
        tags,
        summary: "Send an event to a webhook again, at once, whatever came of it before",
        params: webhookParams.extend({ event_id: z.string().describe("Id of the event") }),
        response: { 202: webhookDelivery, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { name, event_id } = request.params;
      reply.code(202);
      return webhooks.redeliver(name, event_id, actorOf(request));
    },
  );

  app.post(
    "/webhooks/:name/test",
    {
      schema: {
        tags,
        summary: "Send a signed message of type webhook_test, once, and say how the receiver answered",
        params: webhookParams,
        response: { 200: webhookTest, ...REFUSALS },
      },
    },
    async (request) => webhooks.test(request.params.name, actorOf(request)),
  );
}
