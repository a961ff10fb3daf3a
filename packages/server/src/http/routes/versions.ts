import { revertArtifact } from "@greenlight/contract/api";
import { compareVersions, comparison } from "@greenlight/contract/comparison";
import { job } from "@greenlight/contract/job";
import { Rejection } from "../../domain/commands.ts";
import { actorOf } from "../auth.ts";
import {
  type App,
  artifactParams,
  type Context,
  findJob,
  presentJob,
  REFUSALS,
  untilClosed,
} from "../context.ts";

/** An output's earlier versions: to stand again, and to be compared. */
export function versionRoutes(app: App, context: Context): void {
  const tags = ["artifacts"];

  app.post(
    "/jobs/:id/artifacts/:artifact_id/revert",
    {
      schema: {
        tags,
        summary: "Make an earlier version the newest; later stages that used it run again",
        params: artifactParams,
        body: revertArtifact,
        response: { 200: job, ...REFUSALS },
      },
    },
    async (request) => {
      const { params, body } = request;
      const { artifacts } = await findJob(context, params.id);
      const found = artifacts.find((one) => one.id === params.artifact_id);
      if (!found) throw new Rejection("artifact_not_found", "This job has no such output now.");
      const patch = { type: "revert", artifact: found.name, version: body.version } as const;
      return presentJob(
        context,
        await context.operations.applyPatch(params.id, found.stage, patch, actorOf(request)),
      );
    },
  );

  app.get(
    "/jobs/:id/artifacts/:artifact_id/compare",
    {
      schema: {
        tags,
        summary: "Two versions of an output side by side",
        params: artifactParams,
        querystring: compareVersions,
        response: { 200: comparison, ...REFUSALS },
      },
    },
    async ({ params, query }, reply) => {
      await findJob(context, params.id);
      const versions = await context.store.artifactVersions(params.id, params.artifact_id);
      const last = versions.at(-1)?.version ?? 0;
      const to = query.to ?? last;
      const from = query.from ?? Math.max(1, to - 1);
      const [old, fresh] = [from, to].map((wanted) => versions.find((one) => one.version === wanted));
      if (!old || !fresh)
        throw new Rejection("artifact_not_found", `This output has the versions 1 to ${last}.`);
      for (const { sha256 } of [old, fresh])
        if (!(await context.objects.has(sha256)))
          throw new Rejection("unavailable", "The content of a version is missing from the object store.");
      return context.comparer.compare(old, fresh, untilClosed(reply));
    },
  );
}
