import { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type AuditEntry, auditPage, chainReport, listAudit } from "@greenlight/contract/audit";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { ChainReader } from "../../app/event-chain.ts";
import { auditEntries } from "../../projections/audit.ts";
import { LogFold } from "../../projections/log-fold.ts";
import { type App, type Context, findJob, jobParams, REFUSALS } from "../context.ts";

const JSON_LINES = "application/jsonl";
/** Events read from the store at once. */
const BATCH = 500;

export function auditRoutes(app: App, context: Context): void {
  const { store } = context;
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
      const { id, slug, version } = await findJob(context, request.params.id);
      const { after_seq, limit, format } = request.query;
      const entries = auditEntries((seq) => store.readJob(id, seq, BATCH));
      if ((format ?? (wantsLines(request.headers.accept) ? "jsonl" : "json")) === "jsonl")
        return sendLines(reply, slug, after(after_seq, entries));
      // One more than asked for tells whether there are more.
      const found: AuditEntry[] = [];
      for await (const entry of after(after_seq, entries)) if (found.push(entry) > limit) break;
      const page = found.slice(0, limit);
      const [newest] = await store.readJob(id, version - 1, 1);
      return {
        entries: page,
        next_after_seq: page.at(-1)?.seq ?? after_seq,
        has_more: found.length > limit,
        head: newest?.hash ?? null,
      };
    },
  );

  app.get(
    "/jobs/:id/audit/chain",
    {
      schema: {
        tags: ["audit"],
        summary: "Whether a job's events are whole and as they were written, and the job is what they give",
        description:
          "Says what the server finds. `greenlight verify` checks the events on your own machine, and asks this for the rest.",
        params: jobParams,
        response: { 200: chainReport, ...REFUSALS },
      },
    },
    async ({ params }) => {
      const { id } = await findJob(context, params.id);
      const chain = new ChainReader();
      const fold = new LogFold();
      for (let seq = 0; ; ) {
        const state = await store.load(id);
        const more = await store.readJob(id, seq, BATCH);
        for (const event of more) {
          chain.take(event);
          if (chain.report().intact) fold.take(event);
        }
        const report = chain.report();
        if (!report.intact || !state) return report;
        // A state loaded before the last events came is older than they are, not forged.
        if (more.length > 0) {
          seq = report.events;
          await nextTurn();
          continue;
        }
        const drift = await fold.driftOf(state, store);
        if (drift === null) return report;
        // A job that went on while its rows were compared is looked at once more.
        if ((await store.readJob(id, seq, 1)).length > 0) continue;
        return {
          intact: false as const,
          seq: null,
          reason: `the stored job is not what its log gives: ${drift}`,
        };
      }
    },
  );
}

async function* after(seq: number, entries: AsyncIterable<AuditEntry>): AsyncGenerator<AuditEntry, void> {
  for await (const entry of entries) if (entry.seq > seq) yield entry;
}

function sendLines(reply: FastifyReply, slug: string, entries: AsyncIterable<AuditEntry>): FastifyReply {
  async function* lines() {
    for await (const entry of entries) yield `${JSON.stringify(entry)}\n`;
  }
  return reply
    .header("content-type", `${JSON_LINES}; charset=utf-8`)
    .header("content-disposition", `attachment; filename="${slug}-audit.jsonl"`)
    .send(Readable.from(lines()));
}

function wantsLines(accept: string | undefined): boolean {
  return accept?.split(",").some((type) => type.split(";")[0]?.trim().toLowerCase() === JSON_LINES) ?? false;
}
