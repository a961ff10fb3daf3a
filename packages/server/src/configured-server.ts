import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import { Registry } from "prom-client";
import { compileBrief } from "./app/compile-brief.ts";
import { publicOperator } from "./config/public-operator.ts";
import type { Config } from "./config.ts";
import type { HttpDeps } from "./http/deps.ts";
import { createHttpServer } from "./http/server.ts";
import { type BoundAddress, originOf } from "./server-address.ts";

const CONSOLE = fileURLToPath(new URL("../../web/dist", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../../../package.json", import.meta.url));
/** Largest JSON body: a brief with its source texts. */
const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

/** The parts of the program that requests reach. */
type Parts = Pick<
  HttpDeps,
  | "operations"
  | "store"
  | "feed"
  | "webhooks"
  | "decisions"
  | "objects"
  | "comparer"
  | "clock"
  | "ids"
  | "log"
  | "uploads_dir"
>;

/** The HTTP server as the configuration has it, not listening yet. `publicUrl`: null = the bound address. */
export function configuredServer(
  config: Config,
  parts: Parts,
  address: { readonly bound: BoundAddress; readonly publicUrl: string | null; readonly token: string },
): Promise<FastifyInstance> {
  const { bound, publicUrl, token } = address;
  const { allowed_hosts, trusted_proxies, cors_origins, upload_limit_bytes } = config.operator.server;
  const { rate_limit_per_minute, link_misses_per_minute } = config.operator.server;
  return createHttpServer({
    ...parts,
    token,
    tokens: config.operator.tokens,
    bound,
    public_url: publicUrl ?? originOf(bound),
    options: {
      allowed_hosts,
      trusted_proxies,
      cors_origins,
      rate_limit_per_minute,
      link_misses_per_minute,
      body_limit_bytes: BODY_LIMIT_BYTES,
      upload_limit_bytes,
    },
    pipelines: { list: () => [...config.pipelines.values()], get: (name) => config.pipelines.get(name) },
    operatorConfig: () => publicOperator(config.operator),
    validateConfig(text, kind) {
      const { problems, warnings } = config.validate(kind, text);
      return { valid: problems.length === 0, errors: [...problems], warnings: [...warnings] };
    },
    compileBrief: (request) => compileBrief(request, config.brief),
    console_dir: existsSync(CONSOLE) ? CONSOLE : null,
    version: (JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string }).version,
    metrics: new Registry(),
    started_at: parts.clock.now(),
  });
}
