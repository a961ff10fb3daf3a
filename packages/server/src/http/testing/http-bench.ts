import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brief } from "@greenlight/contract/brief";
import { pipeline } from "@greenlight/contract/pipeline";
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";
import { Registry } from "prom-client";
import { createDecisionLinks } from "../../app/decision-links.ts";
import type { Actor } from "../../app/ports/operations.ts";
import { Rejection } from "../../domain/commands.ts";
import { compareArtifacts } from "../../projections/compare-versions.ts";
import type { HttpDeps, HttpOptions } from "../deps.ts";
import { fieldErrors } from "../field-errors.ts";
import { createHttpServer } from "../server.ts";
import { START, uuidAt } from "./fake-jobs.ts";
import { FakeOperations } from "./fake-operations.ts";
import { MemoryLinks } from "./memory-links.ts";
import { MemoryObjects } from "./memory-objects.ts";
import { MemoryStore } from "./memory-store.ts";

export const TOKEN = "correct-horse-battery-staple";
/** Who holds it, as a request injected here comes. */
export const ADMIN: Actor = {
  name: "admin",
  role: "admin",
  origin: { via: "http", token: "admin", address: "127.0.0.1", link_id: null },
};
export const AUTH = { authorization: `Bearer ${TOKEN}` };

export type Bench = {
  readonly app: FastifyInstance;
  readonly store: MemoryStore;
  readonly objects: MemoryObjects;
  readonly operations: FakeOperations;
  readonly links: MemoryLinks;
  readonly logged: { level: string; message: string; fields: Record<string, unknown> }[];
  /** Moves the clock on, milliseconds. */
  advance(milliseconds: number): void;
  /** A request with the token. */
  ask(options: InjectOptions): Promise<LightMyRequestResponse>;
  /** Listens on a free port of loopback; resolves with its address. */
  listen(): Promise<string>;
  readonly uploads_dir: string;
  close(): Promise<void>;
};

const FAULT = {
  code: "invalid_field",
  file: "operator.yaml",
  line: 1,
  column: 1,
  field: "x",
  pointer: "/x",
  message: "no such field",
  remedy: "remove it",
} as const;
/** What the bench's meter measures of any two files. */
const MEASURED = {
  measured: [{ name: "width", unit: "px", before: 320, after: 320 }],
  between: [{ name: "ssim", unit: "", value: 0.9 }],
  moments: [],
  not_measured: ["loudness"],
};

/** The HTTP server over fakes. */
export async function httpBench(
  options: Partial<HttpOptions> = {},
  over: Partial<HttpDeps> = {},
): Promise<Bench> {
  const store = new MemoryStore();
  const objects = new MemoryObjects();
  const operations = new FakeOperations(store);
  const logged: Bench["logged"] = [];
  const log =
    (level: string) =>
    (_tag: string, message: string, fields: Record<string, unknown> = {}) => {
      logged.push({ level, message, fields });
    };
  const uploads_dir = await mkdtemp(join(tmpdir(), "greenlight-http-"));
  let now = START;
  let counter = 0;
  const explainer = pipeline.parse({ name: "explainer", stages: [{ id: "outline" }, { id: "script" }] });
  const clock = { now: () => now };
  const ids = { next: () => uuidAt(now, ++counter) };
  const links = new MemoryLinks(store.spentLinks);
  const app = await createHttpServer({
    operations,
    store,
    feed: store,
    webhooks: {
      list: async () => [],
      deliveries: async () => [],
      redeliver: () => Promise.reject(new Rejection("webhook_not_found", "No webhook has this name.")),
      test: () => Promise.reject(new Rejection("webhook_not_found", "No webhook has this name.")),
    },
    decisions: createDecisionLinks({ links, store, operations, clock, ids }),
    objects,
    clock,
    ids,
    comparer: {
      compare: (from, to, signal) =>
        compareArtifacts(from, to, { objects, meter: { compare: async () => MEASURED } }, signal),
    },
    log: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") },
    token: TOKEN,
    tokens: [],
    bound: { host: "127.0.0.1", port: 8008 },
    public_url: "http://127.0.0.1:8008",
    options: {
      allowed_hosts: [],
      trusted_proxies: [],
      cors_origins: [],
      rate_limit_per_minute: 1_000_000,
      link_misses_per_minute: { address: 1_000_000, all: 1_000_000 },
      body_limit_bytes: 1_048_576,
      upload_limit_bytes: 200_000,
      ...options,
    },
    pipelines: {
      list: () => [explainer],
      get: (name) => (name === "explainer" ? explainer : undefined),
    },
    operatorConfig: () => ({ gates: { script: { required: true } } }),
    validateConfig: (text) => ({
      valid: text !== "bad",
      errors: text === "bad" ? [FAULT] : [],
      warnings: [],
    }),
    compileBrief: (request) => {
      const parsed = brief.safeParse(request.brief_config ?? JSON.parse(request.text ?? ""));
      if (parsed.success) return parsed.data;
      const issues = parsed.error.issues.map((issue) => ({
        message: issue.message,
        keyword: issue.code,
        instancePath: `/${issue.path.join("/")}`,
        params: { ...issue },
      }));
      throw new Rejection("invalid_field", "The brief is not valid.", fieldErrors(issues, "body"));
    },
    uploads_dir,
    console_dir: null,
    version: "0.1.0",
    metrics: new Registry(),
    started_at: START,
    ...over,
  });
  return {
    app,
    store,
    objects,
    operations,
    links,
    logged,
    uploads_dir,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    ask: (request) => app.inject({ ...request, headers: { ...AUTH, ...request.headers } }),
    listen: () => app.listen({ host: "127.0.0.1", port: 0 }),
    close: async () => {
      await app.close();
      await rm(uploads_dir, { recursive: true, force: true });
    },
  };
}
