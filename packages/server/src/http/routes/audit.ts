import { Readable } from "node:stream";
import { type AuditEntry, auditPage, chainReport, listAudit } from "@greenlight/contract/audit";
import type { JobEvent } from "@greenlight/contract/event";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { verifyChain } from "../../app/event-chain.ts";
import { toAudit } from "../../projections/audit.ts";
import { type App, type Context, findJob, jobParams, REFUSALS } from "../context.ts";
import { readJobLog } from "../event-log.ts";

const JSON_LINES = "application/jsonl";
/** Events read from the store at once. */
const BATCH = 1000;

export function auditRoutes(app: App, context: Context): void {
  app.get(
    "/jobs/:id/audit",
    {
      schema: {
        tags: ["audit"],
        summary: "Who did what to a job, when, from where, and what it changed",
        description: `With \`Accept: ${JSON_LINES}\` or \`format=jsonl\`: every entry after \`after_seq\`, one a line.`,
        params: jobParams,
        querystring: listAudit,
        response: {
          200: {
            description: "A page of entries, or all of them as JSON Lines",
            content: {
              "application/json": { schema: auditPage },
              [JSON_LINES]: { schema: z.string() },
            },
          },
          ...REFUSALS,
        },
      },
    },
    async (request, reply) => {
      const { id, slug } = await findJob(context, request.params.id);
      const { after_seq, limit, format } = request.query;
      // What a patch or a decision meant shows only with the events before it, so all are read.
      const events = await allEvents(context, id);
      const entries = toAudit(events).filter((entry) => entry.seq > after_seq);
      if ((format ?? (wantsLines(request.headers.accept) ? "jsonl" : "json")) === "jsonl")
        return sendLines(reply, slug, entries);
      const page = entries.slice(0, limit);
      return {
        entries: page,
        next_after_seq: page.at(-1)?.seq ?? after_seq,
        has_more: entries.length > limit,
        head: events.at(-1)?.hash ?? null,
      };
    },
  );

  app.get(
    "/jobs/:id/audit/chain",
    {
      schema: {
        tags: ["audit"],
        summary: "Whether a job's events are whole and as they were written",
        description: "Says what the server finds; `greenlight verify` computes the same on your own machine.",
        params: jobParams,
        response: { 200: chainReport, ...REFUSALS },
      },
    },
    async ({ params }) => {
      const { id } = await findJob(context, params.id);
      return verifyChain(await allEvents(context, id));
    },
  );
}

function sendLines(reply: FastifyReply, slug: string, entries: readonly AuditEntry[]): FastifyReply {
  return reply
    .header("content-type", `${JSON_LINES}; charset=utf-8`)
    .header("content-disposition", `attachment; filename="${slug}-audit.jsonl"`)
    .send(Readable.from(entries.map((entry) => `${JSON.stringify(entry)}\n`)));
}

async function allEvents({ store }: Context, id: string): Promise<JobEvent[]> {
  const log = await readJobLog(store, id, undefined);
  const events: JobEvent[] = [];
  for (;;) {
    const batch = await log.next(BATCH);
    events.push(...batch);
    if (batch.length < BATCH) return events;
  }
}

function wantsLines(accept: string | undefined): boolean {
  return accept?.split(",").some((type) => type.split(";")[0]?.trim().toLowerCase() === JSON_LINES) ?? false;
}
