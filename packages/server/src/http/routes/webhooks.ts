import { deliveryList, listDeliveries, webhookList } from "@greenlight/contract/webhook";
import { z } from "zod";
import { type App, type Context, REFUSALS } from "../context.ts";

export function webhookRoutes(app: App, context: Context): void {
  const tags = ["webhooks"];
  app.get(
    "/webhooks",
    {
      schema: { tags, summary: "Who is told of which events", response: { 200: webhookList, ...REFUSALS } },
    },
    async () => ({ webhooks: await context.webhooks.list() }),
  );

  app.get(
    "/webhooks/:name/deliveries",
    {
      schema: {
        tags,
        summary: "What was sent to a webhook and how it went, newest event first",
        params: z.object({ name: z.string().describe("Name of the webhook") }),
        querystring: listDeliveries,
        response: { 200: deliveryList, ...REFUSALS },
      },
    },
    async ({ params, query }) => ({
      deliveries: await context.webhooks.deliveries(params.name, query.limit),
    }),
  );
}
