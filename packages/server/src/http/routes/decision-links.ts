import { createDecisionLink, decisionLink } from "@greenlight/contract/decision-link";
import { actorOf } from "../auth.ts";
import { type App, type Context, REFUSALS, stageParams } from "../context.ts";

export function decisionLinkRoutes(app: App, context: Context): void {
  app.post(
    "/jobs/:id/gates/:stage/links",
    {
      schema: {
        tags: ["gates"],
        summary: "Make a link by which one person decides this open gate once, without a token",
        params: stageParams,
        body: createDecisionLink,
        response: { 201: decisionLink, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { id, stage } = request.params;
      const { token, link } = await context.decisions.create(id, stage, request.body, actorOf(request));
      reply.code(201).header("cache-control", "no-store");
      return {
        link_id: link.link_id,
        url: `${context.public_url}/decide/${token}`,
        expires_at: new Date(link.expires_at).toISOString(),
        artifact_sha256s: link.artifacts.map((artifact) => artifact.sha256),
      };
    },
  );
}
