import { decision, decisionList, gateStatusList, rejection } from "@greenlight/contract/api";
import { gate } from "@greenlight/contract/gate";
import { job } from "@greenlight/contract/job";
import { Rejection } from "../../domain/commands.ts";
import { toGateStatuses } from "../../projections/job-view.ts";
import { actorOf } from "../auth.ts";
import { type App, type Context, findJob, jobParams, presentJob, REFUSALS, stageParams } from "../context.ts";

export function gateRoutes(app: App, context: Context): void {
  const { operations } = context;
  const tags = ["gates"];

  app.post(
    "/jobs/:id/approve",
    {
      schema: {
        tags,
        summary: "Approve the open gate of a stage, with a patch if wanted",
        params: jobParams,
        body: decision,
        response: { 200: job, ...REFUSALS },
      },
    },
    async (request) =>
      presentJob(context, await operations.approve(request.params.id, request.body, actorOf(request))),
  );

  app.post(
    "/jobs/:id/reject",
    {
      schema: {
        tags,
        summary: "Reject the open gate of a stage; with a patch the job goes on with it",
        params: jobParams,
        body: rejection,
        response: { 200: job, ...REFUSALS },
      },
    },
    async (request) =>
      presentJob(context, await operations.reject(request.params.id, request.body, actorOf(request))),
  );

  app.get(
    "/jobs/:id/gates/status",
    {
      schema: {
        tags,
        summary: "Every gate of a job with its clock",
        params: jobParams,
        response: { 200: gateStatusList, ...REFUSALS },
      },
    },
    async ({ params }) => ({
      gates: toGateStatuses(await findJob(context, params.id), context.clock.now()),
    }),
  );

  app.get(
    "/jobs/:id/gates/decisions",
    {
      schema: {
        tags,
        summary: "The last decision of each gate that has one",
        params: jobParams,
        response: { 200: decisionList, ...REFUSALS },
      },
    },
    async ({ params }) => {
      const { gates } = await findJob(context, params.id);
      return { decisions: gates.filter((one) => one.approved !== null) };
    },
  );

  app.get(
    "/jobs/:id/gates/:stage/decision",
    {
      schema: {
        tags,
        summary: "The gate of one stage; `approved` is null while nobody has decided",
        params: stageParams,
        response: { 200: gate, ...REFUSALS },
      },
    },
    async ({ params }) => {
      const state = await findJob(context, params.id);
      const found = state.gates.find((one) => one.stage === params.stage);
      if (found !== undefined) return found;
      if (!state.plan.some((stage) => stage.id === params.stage))
        throw new Rejection("stage_not_found", "The job's pipeline has no such stage.");
      throw new Rejection("not_found", `The stage ${params.stage} of this job has no gate.`);
    },
  );
}
