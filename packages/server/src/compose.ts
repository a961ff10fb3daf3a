/**
 * The composition root: the only place that constructs adapters. What starts: the home is locked, files are mended,
 * jobs recovered, lanes and timers opened, and last the server listens. What stops: in the opposite order, so that no
 * request meets a part that is gone already.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ConfigReport } from "@greenlight/contract/api";
import type { ConfigProblem } from "@greenlight/contract/config";
import { sceneSpec } from "@greenlight/media/scene/scene-spec";
import type { FastifyInstance } from "fastify";
import { Registry } from "prom-client";
import { openDiskObjects } from "./adapters/artifacts/disk.ts";
import { createChildProcessExecutor } from "./adapters/executor/child-processes.ts";
import { uuid7Ids } from "./adapters/ids/uuid7.ts";
import { createPinoLogger } from "./adapters/log/pino-logger.ts";
import { createBriefMedia } from "./adapters/media/brief-media.ts";
import { createMediaMeter } from "./adapters/media/media-meter.ts";
import { createNarrationMeter } from "./adapters/media/narration-meter.ts";
import { createStillDrawer } from "./adapters/media/still-drawer.ts";
import { createFetchSender } from "./adapters/notices/fetch-sender.ts";
import { createSourceReader } from "./adapters/sources/read-source.ts";
import { lockHome } from "./adapters/store/home-lock.ts";
import { openSqliteStore } from "./adapters/store/sqlite.ts";
import type { App, Overrides } from "./app/app.ts";
import { createCommandBus } from "./app/command-bus.ts";
import { compileBrief } from "./app/compile-brief.ts";
import { createDecisionLinks } from "./app/decision-links.ts";
import { createDispatcher } from "./app/dispatch.ts";
import { createLiveFeed } from "./app/live-feed.ts";
import { createOperations } from "./app/operations.ts";
import type { Clock } from "./app/ports/clock.ts";
import { createStageRunner } from "./app/run-stage.ts";
import { createTimers } from "./app/timers.ts";
import { createWebhooks } from "./app/webhooks.ts";
import { publicOperator } from "./config/public-operator.ts";
import { operatorToken } from "./config/token.ts";
import { validateConfig } from "./config/validate-config.ts";
import { type Config, type Environment, hostEnvironment, loadConfig, webhooksOf } from "./config.ts";
import { Rejection } from "./domain/commands.ts";
import { createHttpServer } from "./http/server.ts";
import { toJob } from "./projections/job-view.ts";
import { createRunFiles } from "./projections/run-files.ts";
import type { SourceLimits } from "./providers.ts";
import type { HostSettings } from "./stage-host.ts";

const HOST_ENTRY = fileURLToPath(new URL("./stage-host.ts", import.meta.url));
const CONSOLE = fileURLToPath(new URL("../../web/dist", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../../../package.json", import.meta.url));
/** Largest JSON body: a brief with its source texts. */
const BODY_LIMIT_BYTES = 10 * 1024 * 1024;
/** How long a webhook's receiver may take to answer. */
const NOTICE_TIMEOUT_MS = 10_000;
/** How long drawing a still, or speaking narrations, for one patch may take. */
const PATCH_TIMEOUT_MS = 60_000;

export async function compose(options: {
  readonly home: string;
  readonly env: Environment;
  readonly overrides: Overrides;
}): Promise<App> {
  const { overrides } = options;
  const config = loadConfig(options);
  const { home } = config;
  const webhookList = webhooksOf(config.operator);
  const lock = lockHome(home);
  const data = join(home, ".greenlight");
  const scratch = join(data, "scratch");
  // Scratch folders of attempts that died with an earlier process.
  rmSync(scratch, { recursive: true, force: true });
  const uploads = join(home, "uploads");
  mkdirSync(uploads, { recursive: true });

  const clock: Clock = { now: () => Date.now() };
  const ids = uuid7Ids;
  const log = createPinoLogger(overrides.log_level ?? config.global.logging.level);
  const sourceLimits: SourceLimits = {
    max_bytes: config.global.limits.source_bytes,
    timeout_ms: config.global.sources.timeout_s * 1000,
    allow_private_addresses: config.global.sources.allow_private_addresses,
  };
  const store = openSqliteStore({ path: join(data, "greenlight.sqlite"), ...config.operator.store });
  const objects = await openDiskObjects({ root: join(data, "objects") });
  const bus = createCommandBus({ store, clock, ids, log });
  const feed = createLiveFeed(bus);
  const files = createRunFiles({ home, store, objects, toJob, log });
  bus.onCommit((state) => files.notify([state.id]));
  const settings: HostSettings = { data, scratch, sources: sourceLimits };
  const executor = createChildProcessExecutor({
    entry: HOST_ENTRY,
    args: [JSON.stringify(settings)],
    env: hostEnvironment(config.operator),
    spare: Math.min(config.global.stage_hosts, config.operator.max_concurrent_jobs),
    log,
  });
  const stills = createStillDrawer({ timeout_ms: PATCH_TIMEOUT_MS });
  const narration = createNarrationMeter({ timeout_ms: PATCH_TIMEOUT_MS });
  const runner = createStageRunner({
    executor,
    objects,
    scene: sceneSpec,
    stills,
    narration,
    store,
    ids,
    log,
    clock,
    onProgress: feed.progress,
    appendLog: (jobId, stage, line) => files.appendLog(jobId, stage, line),
  });
  const dispatcher = createDispatcher({
    bus,
    runner,
    clock,
    log,
    lanes: config.operator.max_concurrent_jobs,
  });
  const webhooks = createWebhooks(webhookList, {
    store,
    deliveries: store.webhooks,
    sender: createFetchSender({ timeout_ms: NOTICE_TIMEOUT_MS }),
    feed,
    clock,
    log,
  });
  const timers = createTimers({ bus, store, clock, log });
  const operations = createOperations({
    bus,
    dispatcher,
    store,
    objects,
    scene: sceneSpec,
    stills,
    narration,
    ids,
    log,
    sources: createSourceReader(sourceLimits),
    media: createBriefMedia(config.render.speech.voices),
    limits: config.global.limits,
    brief_defaults: config.brief,
    snapshot: {
      render: config.render,
      models: config.modules.models,
      modules: { writer: config.modules.writer, speech: config.modules.speech, prompts: config.prompts },
    },
    planFor: config.planFor,
  });

  let server: FastifyInstance | null = null;
  let closing: Promise<void> | null = null;

  async function serve(token: string): Promise<string> {
    const host = overrides.host ?? config.operator.server.host;
    const port = (overrides.port ?? config.operator.server.port) || (await freePort(host));
    refuseExternal(host, config);
    const { allowed_hosts, cors_origins, rate_limit_per_minute, upload_limit_bytes } = config.operator.server;
    server = await createHttpServer({
      operations,
      store,
      feed,
      webhooks,
      decisions: createDecisionLinks({ links: store.decisionLinks, store, operations, clock, ids }),
      objects,
      meter: createMediaMeter(),
      clock,
      ids,
      log,
      token,
      tokens: config.operator.tokens,
      bound: { host, port },
      options: {
        allowed_hosts,
        cors_origins,
        rate_limit_per_minute,
        body_limit_bytes: BODY_LIMIT_BYTES,
        upload_limit_bytes,
      },
      pipelines: { list: () => [...config.pipelines.values()], get: (name) => config.pipelines.get(name) },
      operatorConfig: () => publicOperator(config.operator),
      validateConfig: (text, kind) => configReport(validateConfig(kind, text)),
      compileBrief: (request) => compileBrief(request, config.brief),
      uploads_dir: uploads,
      console_dir: existsSync(CONSOLE) ? CONSOLE : null,
      version: (JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string }).version,
      metrics: new Registry(),
      started_at: clock.now(),
    });
    await server.listen({ host, port });
    log.info("api", "listening", { host, port });
    return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  async function stop(): Promise<void> {
    await server?.close();
    await timers.stop();
    await dispatcher.stop();
    await executor.close();
    await webhooks.stop();
    await files.close();
    await store.close();
    lock.release();
  }

  return {
    operations,
    store,
    feed,
    objects,
    config,
    async start() {
      const token = await operatorToken(home, config.env.adminToken);
      await files.start();
      await webhooks.start();
      await dispatcher.start(await store.unfinished());
      timers.start();
      return { url: overrides.http === false ? null : await serve(token), token };
    },
    close() {
      closing ??= stop();
      return closing;
    },
  };
}

function configReport(problems: readonly ConfigProblem[]): ConfigReport {
  return {
    valid: problems.length === 0,
    errors: problems.map(({ field, line, column, message, remedy }) => ({
      pointer: field === "" ? "" : `/${field.replaceAll(".", "/")}`,
      line,
      column,
      message,
      remedy,
    })),
  };
}

/** @throws Rejection external_bind_refused */
function refuseExternal(host: string, config: Config): void {
  if (config.operator.server.allow_external_bind || /^(localhost|127(\.\d+){3}|::1)$/.test(host)) return;
  throw new Rejection(
    "external_bind_refused",
    `${host} can be reached from other machines; set server.allow_external_bind: true in operator.yaml if you mean it`,
  );
}

/** A port that was free a moment ago; its number must be known before listening, for the Host check. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
