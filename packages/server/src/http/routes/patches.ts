import { patchKindList } from "@greenlight/contract/api";
import { job } from "@greenlight/contract/job";
import { patch } from "@greenlight/contract/patch";
import { actorOf } from "../auth.ts";
import { type App, type Context, presentJob, REFUSALS, stageParams } from "../context.ts";
import { patchKinds } from "../patch-kinds.ts";

export function patchRoutes(app: App, context: Context): void {
  const tags = ["patches"];
  const types = patchKinds();

  app.post(
    "/jobs/:id/patches/:stage/apply",
    {
      config: { body_is_patch: true },
      schema: {
        tags,
        summary: "Patch a stage's output; later stages that used it run again",
        params: stageParams,
        body: patch,
        response: { 200: job, ...REFUSALS },
      },
    },
    async (request) =>
      presentJob(
        context,
        await context.operations.applyPatch(
          request.params.id,
          request.params.stage,
          request.body,
          actorOf(request),
        ),
      ),
  );

  app.get(
    "/patches/types",
    { schema: { tags, summary: "The kinds of patch", response: { 200: patchKindList, ...REFUSALS } } },
    async () => ({ types }),
  );
}
