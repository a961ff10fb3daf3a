import { artifactDetail, artifactList } from "@greenlight/contract/api";
import type { Artifact } from "@greenlight/contract/artifact";
import { create as contentDisposition } from "content-disposition";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { Rejection } from "../../domain/commands.ts";
import { byteRange, namesEtag } from "../byte-range.ts";
import { type App, artifactParams, type Context, findJob, jobParams, REFUSALS } from "../context.ts";
import { ARTIFACT_CSP } from "../csp.ts";
import { problemOf, sendProblem } from "../problem.ts";

const contentQuery = z.strictObject({
  version: z.coerce.number().int().min(1).optional().describe("Default: the current one"),
  download: z.enum(["0", "1"]).optional().describe("1 = as a file to save"),
  ticket: z.string().max(200).optional().describe("A content ticket, instead of the token"),
});

export function artifactRoutes(app: App, context: Context): void {
  const { store, objects } = context;
  const tags = ["artifacts"];

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
      return { ...current, versions: await store.artifactVersions(params.id, current.id) };
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

  async function sendContent(request: FastifyRequest, reply: FastifyReply, artifact: Artifact) {
    const etag = `"${artifact.sha256}"`;
    if (namesEtag(request.headers["if-none-match"], etag)) return reply.code(304).send();
    const ifRange = request.headers["if-range"];
    const fresh = ifRange === undefined || ifRange === etag;
    const range = fresh ? byteRange(request.headers.range, artifact.size_bytes) : "whole";
    if (range === "unsatisfiable") {
      reply.header("content-range", `bytes */${artifact.size_bytes}`);
      return sendProblem(
        reply,
        problemOf("range_not_satisfiable", `The content has ${artifact.size_bytes} bytes.`),
      );
    }
    if (!(await objects.has(artifact.sha256)))
      throw new Rejection("unavailable", "The content of this artifact is missing from the object store.");
    reply.header("content-type", withCharset(artifact.media_type));
    let length = artifact.size_bytes;
    if (range !== "whole") {
      length = range.end - range.start + 1;
      reply.code(206).header("content-range", `bytes ${range.start}-${range.end}/${artifact.size_bytes}`);
    }
    reply.header("content-length", length);
    if (request.method === "HEAD") return reply.send();
    return reply.send(await objects.stream(artifact.sha256, range === "whole" ? undefined : range));
  }

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

function withCharset(mediaType: string): string {
  return mediaType.startsWith("text/") && !mediaType.includes("charset")
    ? `${mediaType}; charset=utf-8`
    : mediaType;
}
