import { randomBytes } from "node:crypto";
import swagger from "@fastify/swagger";
import * as api from "@greenlight/contract/api";
import { artifact } from "@greenlight/contract/artifact";
import { brief } from "@greenlight/contract/brief";
import { jobEvent } from "@greenlight/contract/event";
import { gate, gateStatus } from "@greenlight/contract/gate";
import { job, jobSummary, stageView } from "@greenlight/contract/job";
import { patch } from "@greenlight/contract/patch";
import { pipeline } from "@greenlight/contract/pipeline";
import { problem } from "@greenlight/contract/problem";
import { render } from "@greenlight/contract/render";
import { visual } from "@greenlight/contract/storyboard";
import scalar from "@scalar/fastify-api-reference";
import type { FastifyInstance } from "fastify";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import { docsCsp } from "./csp.ts";
import { tidyDocument } from "./tidy-document.ts";

/** Schemas that get a name of their own in the document. */
const NAMED = {
  Artifact: artifact,
  Brief: brief,
  CreateJob: api.createJob,
  Decision: api.decision,
  EventPage: api.eventPage,
  Gate: gate,
  GateStatus: gateStatus,
  Job: job,
  JobEvent: jobEvent,
  JobSummary: jobSummary,
  Patch: patch,
  Pipeline: pipeline,
  Problem: problem,
  Render: render,
  StageView: stageView,
  Upload: api.upload,
  Visual: visual,
};

/** Collects the routes registered after it into an OpenAPI 3.1 document. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  const schemaRegistry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED)) schemaRegistry.add(schema, { id });
  const nameSchemas = createJsonSchemaTransformObject({ schemaRegistry });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Greenlight",
        version,
        description: "Operator console and orchestrator for AI video production.",
      },
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
      security: [{ token: [] }],
    },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: (document) => tidyDocument(nameSchemas(document)),
  });
}

/** `GET /openapi.json`, and the same to read at `/docs`; every file of it comes from this server. */
export async function serveDocs(app: FastifyInstance): Promise<void> {
  app.get("/openapi.json", { config: { basic: true }, schema: { hide: true } }, async () => app.swagger());
  const nonce = randomBytes(16).toString("base64");
  await app.register(async (docs) => {
    docs.addHook("onRoute", (route) => {
      route.config = { ...route.config, basic: true };
    });
    docs.addHook("onSend", async (_request, reply) => {
      reply.header("content-security-policy", docsCsp(nonce)).removeHeader("access-control-allow-origin");
    });
    await docs.register(scalar, {
      routePrefix: "/docs",
      configuration: {
        nonce,
        pageTitle: "Greenlight API",
        withDefaultFonts: false,
        telemetry: false,
        agent: { disabled: true },
        mcp: { disabled: true },
        showDeveloperTools: "never",
      },
    });
  });
}
