import type { Artifact } from "@greenlight/contract/artifact";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ObjectStore } from "../app/ports/object-store.ts";
import { Rejection } from "../domain/commands.ts";
import { byteRange, namesEtag } from "./byte-range.ts";
import { problemOf, sendProblem } from "./problem.ts";

/** Sends an artifact's content, whole, a byte range of it, or nothing where the client has it already. */
export function contentSender(objects: Pick<ObjectStore, "has" | "stream">) {
  /** @throws Rejection unavailable */
  return async (request: FastifyRequest, reply: FastifyReply, artifact: Artifact) => {
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
  };
}

function withCharset(mediaType: string): string {
  return mediaType.startsWith("text/") && !mediaType.includes("charset")
    ? `${mediaType}; charset=utf-8`
    : mediaType;
}
