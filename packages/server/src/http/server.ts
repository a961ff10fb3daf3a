/**
 * The HTTP server: every route of the API, the docs and the console's files, behind one order of checks: Host, rate
 * limit, token, then the route's own schema. Whatever is refused or fails leaves as problem+json. Closing ends the
 * event streams and long-polls first, so that it never waits for a listener.
 */

import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import multipart from "@fastify/multipart";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { access } from "./auth.ts";
import { badRequestSocket } from "./bad-socket.ts";
import { isConsolePath, isPage, serveConsole } from "./console-files.ts";
import type { App, Context } from "./context.ts";
import { SITE_CSP } from "./csp.ts";
import { decideRoutes } from "./decide-routes.ts";
import type { HttpDeps } from "./deps.ts";
import { describeApi, serveDocs } from "./docs.ts";
import { hostCheck } from "./host-check.ts";
import { idleSockets } from "./idle-sockets.ts";
import { checkDepth } from "./json-depth.ts";
import { measure } from "./metrics.ts";
import { problemOf, sendProblem, toProblem } from "./problem.ts";
import { allowRateLimits, rateLimiter } from "./rate-limit.ts";
import { rememberRoutes } from "./route-methods.ts";
import { artifactRoutes } from "./routes/artifacts.ts";
import { auditRoutes } from "./routes/audit.ts";
import { configRoutes } from "./routes/config.ts";
import { decisionLinkRoutes } from "./routes/decision-links.ts";
import { eventRoutes } from "./routes/events.ts";
import { gateRoutes } from "./routes/gates.ts";
import { healthRoutes } from "./routes/health.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { meRoutes } from "./routes/me.ts";
import { patchRoutes } from "./routes/patches.ts";
import { pipelineRoutes } from "./routes/pipelines.ts";
import { ticketRoutes } from "./routes/tickets.ts";
import { uploadRoutes } from "./routes/uploads.ts";
import { versionRoutes } from "./routes/versions.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import { Tickets } from "./tickets.ts";
import { WakeHub } from "./wake-hub.ts";

/** Builds the server, ready to `listen` (or `inject`); nothing is bound yet. */
export async function createHttpServer(deps: HttpDeps): Promise<FastifyInstance> {
  if (deps.token === "") throw new Error("The admin token is empty: everybody would be let in.");
  const context: Context = { ...deps, hub: new WakeHub(deps.feed), tickets: new Tickets(deps.clock) };
  const app = fastify({
    logger: false,
    bodyLimit: deps.options.body_limit_bytes,
    trustProxy: deps.options.trusted_proxies.length > 0 && [...deps.options.trusted_proxies],
    genReqId: () => deps.ids.next(),
    clientErrorHandler: badRequestSocket,
    // What the router itself refuses (a broken percent-encoding) never reaches the hooks.
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, toProblem(error).problem);
    },
    forceCloseConnections: "idle",
  });
  // Responses are typed against the schemas but not parsed again: a job stored by an older version must stay readable.
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  const idle = idleSockets(app.server);
  let closing = false;
  app.addHook("preClose", async () => {
    closing = true;
    context.hub.close();
    idle.close();
  });
  app.addHook("onSend", async (_request, reply) => {
    if (closing) reply.header("connection", "close");
  });

  const allowed = rememberRoutes(app);
  app.setErrorHandler((error, request, reply) => {
    const { problem, known } = toProblem(error, request.routeOptions.config.body_is_patch === true);
    if (!known)
      deps.log.error("api", "request failed", {
        request_id: request.id,
        method: request.method,
        route: request.routeOptions.url,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    if (problem.status === 401)
      reply.header("www-authenticate", request.routeOptions.config.basic === true ? BASIC : "Bearer");
    return sendProblem(reply, problem);
  });

  const servesConsole = deps.console_dir !== null;
  const forConsole = (request: FastifyRequest) => servesConsole && isConsolePath(request);
  await guard(app, context, forConsole);
  await describeApi(app, deps.version);
  await app.register(async (scope) => {
    const root: App = scope.withTypeProvider<ZodTypeProvider>();
    healthRoutes(root, context);
    measure(scope, context);
    await root.register(async (pages) => decideRoutes(pages.withTypeProvider<ZodTypeProvider>(), context));
    await root.register(async (v1) => routes(v1.withTypeProvider<ZodTypeProvider>(), context), {
      prefix: "/api/v1",
    });
  });
  await serveDocs(app);
  const consolePage = deps.console_dir === null ? undefined : await serveConsole(app, deps.console_dir);
  app.setNotFoundHandler((request, reply) => {
    const methods = allowed(request.url);
    if (methods.length > 0 && !methods.includes(request.method)) {
      reply.header("allow", methods.join(", "));
      sendProblem(reply, problemOf("method_not_allowed", `This address takes ${methods.join(", ")}.`));
    } else if (consolePage !== undefined && forConsole(request) && isPage(request)) consolePage(reply);
    else sendProblem(reply, problemOf("not_found", "There is nothing at this address."));
  });
  await app.ready();
  return app;
}

const BASIC = 'Basic realm="Greenlight: your token is the password", charset="UTF-8"';

/** What every request passes, also one that matches no route: Host, rate limit, token. */
async function guard(
  app: FastifyInstance,
  context: Context,
  forConsole: (request: FastifyRequest) => boolean,
): Promise<void> {
  const checkHost = hostCheck(context.bound, [
    new URL(context.public_url).host,
    ...context.options.allowed_hosts,
  ]);
  const isOpen = (request: FastifyRequest) =>
    request.routeOptions.config.open === true || forConsole(request);
  const { check, identify } = access(context.token, context.tokens, context.tickets);
  app.decorateRequest("actor", null);
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    checkHost(request.headers.host);
  });
  await plugins(app, context);
  await allowRateLimits(app);
  const checkRate = rateLimiter(app, context.options.rate_limit_per_minute);
  app.addHook("onRequest", async (request, reply) => {
    if (isOpen(request)) return;
    request.actor = identify(request);
    await checkRate(request, reply);
    check(request);
  });
  app.addHook("onResponse", async (request, reply) => {
    context.log.info(
      "api",
      `${request.method} ${request.routeOptions.url ?? "(no route)"} ${reply.statusCode}`,
      {
        request_id: request.id,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
    );
  });
}

async function plugins(app: FastifyInstance, deps: HttpDeps): Promise<void> {
  const { cors_origins, upload_limit_bytes } = deps.options;
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: SITE_CSP },
    // Plain HTTP on loopback: a promise of HTTPS would lock the operator out.
    strictTransportSecurity: false,
    referrerPolicy: { policy: "no-referrer" },
    xFrameOptions: { action: "sameorigin" },
  });
  if (cors_origins.length > 0)
    await app.register(cors, {
      origin: [...cors_origins],
      methods: ["GET", "HEAD", "POST"],
      exposedHeaders: ["location", "retry-after", "content-range", "etag"],
    });
  await app.register(multipart, {
    limits: { fileSize: upload_limit_bytes, files: 1, fields: 10, parts: 11, headerPairs: 100 },
    throwFileSizeLimit: false,
  });
}

async function routes(app: App, context: Context): Promise<void> {
  // No body is an empty one: `POST …/pause` needs none, and elsewhere the missing fields are named.
  app.addHook("preValidation", async (request) => {
    if (request.method !== "POST" || request.isMultipart()) return;
    request.body ??= {};
    checkDepth(request.body);
  });
  meRoutes(app);
  jobRoutes(app, context);
  gateRoutes(app, context);
  patchRoutes(app, context);
  artifactRoutes(app, context);
  versionRoutes(app, context);
  uploadRoutes(app, context);
  eventRoutes(app, context);
  auditRoutes(app, context);
  pipelineRoutes(app, context);
  configRoutes(app, context);
  ticketRoutes(app, context);
  webhookRoutes(app, context);
  decisionLinkRoutes(app, context);
}
