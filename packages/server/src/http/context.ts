import type { Job } from "@greenlight/contract/job";
import { problem } from "@greenlight/contract/problem";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { Rejection } from "../domain/commands.ts";
import type { JobState } from "../domain/state.ts";
import { toJob } from "../projections/job-view.ts";
import type { HttpDeps } from "./deps.ts";
import type { Tickets } from "./tickets.ts";
import type { WakeHub } from "./wake-hub.ts";

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What the routes share. */
export type Context = HttpDeps & { readonly hub: WakeHub; readonly tickets: Tickets };

export const jobParams = z.object({ id: z.string().describe("Id of the job (UUIDv7)") });
export const stageParams = jobParams.extend({ stage: z.string().describe("Id of the stage") });

export const artifactParams = jobParams.extend({ artifact_id: z.string().describe("Id of the artifact") });

/** Added to the documented responses of every route that needs the token. */
export const REFUSALS = {
  "4xx": { description: "Refused", content: { "application/problem+json": { schema: problem } } },
} as const;

/** @throws Rejection job_not_found */
export async function findJob(context: Context, id: string): Promise<JobState> {
  const state = await context.store.load(id);
  if (state === undefined) throw new Rejection("job_not_found", "No job has this id.");
  return state;
}

/** The job with what the log does not hold: live progress and its place in the queue. */
export async function presentJob(context: Context, state: JobState): Promise<Job> {
  const queued = state.status === "queued" ? await context.store.queuedIds() : [];
  const index = queued.indexOf(state.id);
  return toJob(state, {
    progress: context.feed.progressOf(state.id),
    queue_position: index < 0 ? null : index + 1,
  });
}

/** Aborts, with a Rejection that nobody will read, when the client has gone; also when the answer is out. */
export function untilClosed(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const gone = () => controller.abort(new Rejection("unavailable", "The client has gone."));
  if (reply.raw.destroyed) gone();
  else reply.raw.once("close", gone);
  return controller.signal;
}
