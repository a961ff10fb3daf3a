import { Readable } from "node:stream";
import { eventPage, listEvents } from "@greenlight/contract/api";
import { uuid7 } from "@greenlight/contract/ids";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { type App, type Context, findJob, jobParams, REFUSALS, untilClosed } from "../context.ts";
import { type LogReader, readJobLog, readWholeLog } from "../event-log.ts";
import { HEARTBEAT_MS, sseFrames } from "../sse.ts";

const ticket = z.string().max(200).optional().describe("A stream ticket, instead of the token");
const lastEventId = z.looseObject({ "last-event-id": uuid7.optional() });
const STREAM = {
  200: {
    description: "`id:` event id, `event:` type, `data:` the event; `event: progress` frames carry no id",
    content: { "text/event-stream": { schema: z.string() } },
  },
  ...REFUSALS,
};

export function eventRoutes(app: App, context: Context): void {
  const { store, hub, feed } = context;
  const tags = ["events"];

  app.get(
    "/jobs/:id/events",
    {
      schema: {
        tags,
        summary: "Events of a job after a cursor; waits for the first with `wait_s`",
        params: jobParams,
        querystring: listEvents,
        response: { 200: eventPage, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { after, limit, wait_s } = request.query;
      const { id } = await findJob(context, request.params.id);
      const log = await readJobLog(store, id, after);
      // Watched before the first read: a commit between the two must end the wait.
      const watch = wait_s > 0 ? hub.watch(id, untilClosed(reply)) : undefined;
      try {
        const until = performance.now() + wait_s * 1000;
        let events = await log.next(limit + 1);
        while (events.length === 0 && watch !== undefined) {
          const left = until - performance.now();
          if (left <= 0) break;
          const woken = await watch.wait(left);
          if (woken === "ended") break;
          if (woken === "progress") watch.takeProgress();
          else events = await log.next(limit + 1);
        }
        const page = events.slice(0, limit);
        return {
          events: page,
          next_after: page.at(-1)?.id ?? after ?? null,
          has_more: events.length > limit,
        };
      } finally {
        watch?.close();
      }
    },
  );

  app.get(
    "/jobs/:id/events/stream",
    {
      config: { ticket: "stream" },
      schema: {
        tags,
        summary: "Events of a job as they happen (SSE)",
        params: jobParams,
        querystring: z.strictObject({ after: uuid7.optional(), ticket }),
        headers: lastEventId,
        response: STREAM,
      },
    },
    async (request, reply) => {
      const { id } = await findJob(context, request.params.id);
      const log = await readJobLog(store, id, request.headers["last-event-id"] ?? request.query.after);
      const shown = feed.progressOf(id);
      return stream(reply, log, id, shown === undefined ? [] : [shown]);
    },
  );

  app.get(
    "/events/stream",
    {
      config: { ticket: "stream" },
      schema: {
        tags,
        summary: "Events of all jobs as they happen (SSE); `after=now` skips what has been",
        querystring: z.strictObject({ after: z.union([uuid7, z.literal("now")]).optional(), ticket }),
        headers: lastEventId,
        response: STREAM,
      },
    },
    async (request, reply) => {
      const log = await readWholeLog(store, request.headers["last-event-id"] ?? request.query.after);
      return stream(reply, log, null, []);
    },
  );

  function stream(
    reply: FastifyReply,
    log: LogReader,
    jobId: string | null,
    show: Parameters<typeof sseFrames>[2]["show"],
  ): FastifyReply {
    const watch = hub.watch(jobId, untilClosed(reply));
    const frames = sseFrames(log, watch, { heartbeat_ms: HEARTBEAT_MS, show });
    return (
      reply
        .header("content-type", "text/event-stream; charset=utf-8")
        .header("cache-control", "no-cache, no-transform")
        .header("x-accel-buffering", "no")
        // A stream ends with its client or with the server; kept alive, its socket would hold up the shutdown.
        .header("connection", "close")
        .send(Readable.from(frames, { objectMode: true, highWaterMark: 1 }))
    );
  }
}
