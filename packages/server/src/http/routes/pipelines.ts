import { pipelineList } from "@greenlight/contract/api";
import { pipeline } from "@greenlight/contract/pipeline";
import { z } from "zod";
import { Rejection } from "../../domain/commands.ts";
import { type App, type Context, REFUSALS } from "../context.ts";

export function pipelineRoutes(app: App, context: Context): void {
  const tags = ["pipelines"];
  app.get(
    "/pipelines",
    { schema: { tags, summary: "The pipelines", response: { 200: pipelineList, ...REFUSALS } } },
    async () => ({ pipelines: [...(await context.pipelines.list())] }),
  );

  app.get(
    "/pipelines/:name",
    {
      schema: {
        tags,
        summary: "One pipeline",
        params: z.object({ name: z.string() }),
        response: { 200: pipeline, ...REFUSALS },
      },
    },
    async ({ params }) => {
      const found = await context.pipelines.get(params.name);
      if (found === undefined) throw new Rejection("pipeline_not_found", "No pipeline has this name.");
      return found;
    },
  );
}
