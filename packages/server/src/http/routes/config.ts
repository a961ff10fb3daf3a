import { compileBrief, compiledBrief, configReport, validateConfig } from "@greenlight/contract/api";
import { z } from "zod";
import { type App, type Context, REFUSALS } from "../context.ts";

export function configRoutes(app: App, context: Context): void {
  const tags = ["config"];
  app.get(
    "/config/operator",
    {
      schema: {
        tags,
        summary: "The operator's configuration, without secrets",
        response: { 200: z.unknown(), ...REFUSALS },
      },
    },
    async (_request, reply) => reply.type("application/json").send(JSON.stringify(context.operatorConfig())),
  );

  app.post(
    "/config/validate",
    {
      schema: {
        tags,
        summary: "Check the text of a configuration file; nothing is stored",
        body: validateConfig,
        response: { 200: configReport, ...REFUSALS },
      },
    },
    async ({ body }) => context.validateConfig(body.text, body.kind),
  );

  app.post(
    "/compile-brief",
    {
      schema: {
        tags,
        summary: "The whole brief that this text or these fields make; nothing is stored",
        body: compileBrief,
        response: { 200: compiledBrief, ...REFUSALS },
      },
    },
    async ({ body }) => ({ brief: await context.compileBrief(body) }),
  );
}
