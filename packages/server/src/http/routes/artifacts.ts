import { artifactDetail, artifactList } from "@greenlight/contract/api";
import type { Artifact } from "@greenlight/contract/artifact";
import { create as contentDisposition } from "content-disposition";
import { z } from "zod";
import { Rejection } from "../../domain/commands.ts";
import { NOT_REVERTED } from "../../domain/patches.ts";
import { type App, artifactParams, type Context, findJob, jobParams, REFUSALS } from "../context.ts";
import { ARTIFACT_CSP } from "../csp.ts";
import { contentSender } from "../send-content.ts";

const contentQuery = z.strictObject({
  version: z.coerce.number().int().min(1).optional().describe("Default: the current one"),
  download: z.enum(["0", "1"]).optional().describe("1 = as a file to save"),
  ticket: z.string().max(200).optional().describe("A content ticket, instead of the token"),
});

export function artifactRoutes(app: App, context: Context): void {
  const { store, objects } = context;
  const tags = ["artifacts"];
  const sendContent = contentSender(objects);

  app.get(
    "/jobs/:id/artifacts",
    {
      schema: {
        tags,
        summary: "The current outputs of a job",
        params: jobParams,
        response: { 200: artifactList, ...REFUSALS },
      },
    },
    async ({ params }) => ({ artifacts: [...(await findJob(context, params.id)).artifacts] }),
  );

  app.get(
    "/jobs/:id/artifacts/:artifact_id",
    {
      schema: {
        tags,
        summary: "One output with all its versions",
        params: artifactParams,
        response: { 200: artifactDetail, ...REFUSALS },
      },
    },
    async ({ params }) => {
      const current = await findArtifact(params.id, params.artifact_id);
      const versions = await store.artifactVersions(params.id, current.id);
      return { ...current, versions, change_instead: NOT_REVERTED[current.kind] ?? null };
    },
  );

  app.route({
    method: ["GET", "HEAD"],
    url: "/jobs/:id/artifacts/:artifact_id/content",
    config: { ticket: "content" },
    schema: {
      tags,
      summary: "The content of an output, whole or a byte range of it",
      params: artifactParams,
      querystring: contentQuery,
      response: {
        200: { description: "The content", content: { "*/*": { schema: z.string() } } },
        206: { description: "The range asked for", content: { "*/*": { schema: z.string() } } },
        ...REFUSALS,
      },
    },
    handler: async (request, reply) => {
      const { id, artifact_id } = request.params;
      const artifact = await findArtifact(id, artifact_id, request.query.version);
      const pinned = request.query.version !== undefined;
      reply
        .header("etag", `"${artifact.sha256}"`)
        .header("accept-ranges", "bytes")
        .header("cache-control", pinned ? "private, max-age=31536000, immutable" : "private, no-cache")
        .header("content-security-policy", ARTIFACT_CSP);
      const name = artifact.name.split("/").at(-1) ?? artifact.name;
      const type = request.query.download === "1" ? "attachment" : "inline";
      reply.header("content-disposition", contentDisposition(name, { type }));
      return sendContent(request, reply, artifact);
    },
  });

  /** @throws Rejection job_not_found, artifact_not_found */
  async function findArtifact(jobId: string, artifactId: string, version?: number): Promise<Artifact> {
    const { artifacts } = await findJob(context, jobId);
    const current = artifacts.find((one) => one.id === artifactId);
    if (current !== undefined && (version === undefined || version === current.version)) return current;
    const versions = await store.artifactVersions(jobId, artifactId);
    const found = version === undefined ? versions.at(-1) : versions.find((one) => one.version === version);
    if (found !== undefined) return found;
    throw new Rejection("artifact_not_found", "This job has no such artifact, or not in this version.");
  }
}
