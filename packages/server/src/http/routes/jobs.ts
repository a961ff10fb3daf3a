import {
  cancelJob,
  createJob,
  jobPage,
  listJobs,
  pauseJob,
  resumeJob,
  retryJob,
} from "@greenlight/contract/api";
import { type JobStatus, jobStatus } from "@greenlight/contract/event";
import { job } from "@greenlight/contract/job";
import { z } from "zod";
import { Rejection } from "../../domain/commands.ts";
import { toSummary } from "../../projections/job-view.ts";
import { actorOf } from "../auth.ts";
import { type App, type Context, findJob, jobParams, presentJob, REFUSALS } from "../context.ts";

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, "1 to 255 visible ASCII characters")
  .optional();

export function jobRoutes(app: App, context: Context): void {
  const { operations, store, feed } = context;
  const tags = ["jobs"];

  app.post(
    "/jobs",
    {
      schema: {
        tags,
        summary: "Submit a job",
        headers: z.looseObject({ "idempotency-key": idempotencyKey }),
        body: createJob,
        response: { 201: job, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const key = request.headers["idempotency-key"];
      const state = await operations.submit(request.body, actorOf(request), {
        base_dir: context.uploads_dir,
        ...(key === undefined ? {} : { idempotency_key: key }),
      });
      reply.code(201).header("location", `/api/v1/jobs/${state.id}`);
      return presentJob(context, state);
    },
  );

  app.get(
    "/jobs",
    {
      schema: {
        tags,
        summary: "List jobs, newest first",
        description: "`status` takes one status or several, separated by commas.",
        querystring: listJobs,
        response: { 200: jobPage, ...REFUSALS },
      },
    },
    async (request) => {
      const { status, pipeline, q, limit, cursor } = request.query;
      const page = await store.list({
        limit,
        ...(status === undefined ? {} : { status: statusList(status) }),
        ...(pipeline === undefined ? {} : { pipeline }),
        ...(q === undefined ? {} : { q }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      const queued = page.jobs.some((state) => state.status === "queued") ? await store.queuedIds() : [];
      const position = new Map(queued.map((id, index) => [id, index + 1]));
      const jobs = page.jobs.map((state) =>
        toSummary(state, {
          progress: feed.progressOf(state.id),
          queue_position: position.get(state.id) ?? null,
        }),
      );
      return { jobs, next_cursor: page.next_cursor };
    },
  );

  app.get(
    "/jobs/:id",
    { schema: { tags, summary: "Show a job", params: jobParams, response: { 200: job, ...REFUSALS } } },
    async (request) => presentJob(context, await findJob(context, request.params.id)),
  );

  app.post(
    "/jobs/:id/resume",
    {
      schema: {
        tags,
        summary: "Go on with a paused job, with notes or a patch if wanted",
        params: jobParams,
        body: resumeJob,
        response: { 200: job, ...REFUSALS },
      },
    },
    async (request) =>
      presentJob(context, await operations.resume(request.params.id, request.body, actorOf(request))),
  );

  app.post(
    "/jobs/:id/pause",
    {
      schema: {
        tags,
        summary: "Pause once the running stage ends, or now; at an open gate, stop its timers",
        params: jobParams,
        body: pauseJob,
        response: { 200: job, ...REFUSALS },
      },
    },
    async (request) =>
      presentJob(context, await operations.pause(request.params.id, request.body, actorOf(request))),
  );

  app.post(
    "/jobs/:id/cancel",
    {
      schema: {
        tags,
        summary: "Cancel a job; a running stage is aborted",
        params: jobParams,
        body: cancelJob,
        response: { 200: job, ...REFUSALS },
      },
    },
    async (request) =>
      presentJob(
        context,
        await operations.cancel(request.params.id, request.body.notes ?? null, actorOf(request)),
      ),
  );

  app.post(
    "/jobs/:id/retry",
    {
      schema: {
        tags,
        summary: "Run an ended job again, from a stage if wanted",
        params: jobParams,
        body: retryJob,
        response: { 200: job, ...REFUSALS },
      },
    },
    async (request) =>
      presentJob(context, await operations.retry(request.params.id, request.body, actorOf(request))),
  );
}

/** @throws Rejection invalid_field */
function statusList(value: string): JobStatus[] {
  const parsed = z.array(jobStatus).safeParse(value.split(",").map((part) => part.trim()));
  if (parsed.success) return parsed.data;
  const message = `One of these is no status: ${value.slice(0, 200)}`;
  throw new Rejection("invalid_field", message, [
    {
      pointer: "/query/status",
      message,
      remedy: `Send ${jobStatus.options.join(", ")}, separated by commas.`,
    },
  ]);
}
