import { join } from "node:path";
import staticFiles from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** First path parts that are never the console's. */
const NOT_CONSOLE = /^\/+(?:api|docs|metrics|healthz|openapi\.json)(?:[/?]|$)/i;

/**
 * Whether the request asks for a file or page of the console. Only what no route of the API matched can be one, so
 * no spelling of an address opens an API route.
 */
export function isConsolePath(request: FastifyRequest): boolean {
  const { url } = request.routeOptions;
  const unmatched = url === undefined || url === "/*";
  return (
    unmatched && (request.method === "GET" || request.method === "HEAD") && !NOT_CONSOLE.test(request.url)
  );
}

/** Whether a console address is one of its router's: a file would have an extension. */
export function isPage(request: FastifyRequest): boolean {
  const [path = ""] = request.url.split("?", 1);
  return !/\.[^/]*$/.test(path);
}

/** Serves the console's built files; the returned function answers the addresses its own router knows. */
export async function serveConsole(
  app: FastifyInstance,
  folder: string,
): Promise<(reply: FastifyReply) => FastifyReply> {
  const assets = join(folder, "assets");
  await app.register(staticFiles, {
    root: folder,
    prefix: "/",
    dotfiles: "ignore",
    // Names below assets/ carry a hash of their content; all others may change with the next build.
    cacheControl: false,
    setHeaders(reply, path) {
      const hashed = path.startsWith(assets);
      reply.header("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
  return (reply) => reply.code(200).sendFile("index.html");
}
