import { createTicket, ticket } from "@greenlight/contract/api";
import { type App, type Context, findJob, REFUSALS } from "../context.ts";

export function ticketRoutes(app: App, context: Context): void {
  app.post(
    "/tickets",
    {
      schema: {
        tags: ["tickets"],
        summary: "A ticket for where a browser cannot send the token",
        body: createTicket,
        response: { 201: ticket, ...REFUSALS },
      },
    },
    async ({ body }, reply) => {
      if (body.job_id !== undefined) await findJob(context, body.job_id);
      reply.code(201).header("cache-control", "no-store");
      return context.tickets.issue(body);
    },
  );
}
