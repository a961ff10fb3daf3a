import { revertArtifact } from "@greenlight/contract/api";
import { job } from "@greenlight/contract/job";
import { Rejection } from "../../domain/commands.ts";
import { ADMIN } from "../auth.ts";
import { type App, artifactParams, type Context, findJob, presentJob, REFUSALS } from "../context.ts";

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
    async ({ params, body }) => {
      const { artifacts } = await findJob(context, params.id);
      const found = artifacts.find((one) => one.id === params.artifact_id);
      if (!found) throw new Rejection("artifact_not_found", "This job has no such output now.");
      const patch = { type: "revert", artifact: found.name, version: body.version } as const;
      return presentJob(context, await context.operations.applyPatch(params.id, found.stage, patch, ADMIN));
    },
  );
}
