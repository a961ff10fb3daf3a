/**
 * The composition root: the only place that constructs adapters. What starts: the home is locked, files are mended,
 * jobs recovered, lanes and timers opened, and last the server listens. What stops: in the opposite order, so that no
 * request meets a part that is gone already.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sceneSpec } from "@greenlight/media/scene/scene-spec";
import type { FastifyInstance } from "fastify";
import { openDiskObjects } from "./adapters/artifacts/disk.ts";
import { createSystemClock } from "./adapters/clock/system-clock.ts";
import { createChildProcessExecutor } from "./adapters/executor/child-processes.ts";
import { uuid7Ids } from "./adapters/ids/uuid7.ts";
import { createPinoLogger } from "./adapters/log/pino-logger.ts";
import { createBriefMedia } from "./adapters/media/brief-media.ts";
import { createMediaProcesses } from "./adapters/media/media-processes.ts";
import { createNarrationMeter } from "./adapters/media/narration-meter.ts";
import { createStillDrawer } from "./adapters/media/still-drawer.ts";
import { createVersionComparer } from "./adapters/media/version-comparer.ts";
import { createFetchSender } from "./adapters/notices/fetch-sender.ts";
import { createSourceReader } from "./adapters/sources/read-source.ts";
import { lockHome } from "./adapters/store/home-lock.ts";
import { openSqliteStore } from "./adapters/store/sqlite.ts";
import type { App, Overrides } from "./app/app.ts";
import { createCommandBus } from "./app/command-bus.ts";
import { createDecisionLinks } from "./app/decision-links.ts";
import { createDispatcher } from "./app/dispatch.ts";
import { createLiveFeed } from "./app/live-feed.ts";
import { createOperations } from "./app/operations.ts";
import { createStageRunner } from "./app/run-stage.ts";
import { createTimers } from "./app/timers.ts";
import { createWebhooks } from "./app/webhooks.ts";
import { operatorToken } from "./config/token.ts";
import { type Environment, hostEnvironment, loadConfig } from "./config.ts";
import { configuredServer } from "./configured-server.ts";
import { toJob } from "./projections/job-view.ts";
import { createRunFiles } from "./projections/run-files.ts";
import type { SourceLimits } from "./providers.ts";
import { bindsEverywhere, boundAddress, originOf, publicOrigin } from "./server-address.ts";
import type { HostSettings } from "./stage-host.ts";

const HOST_ENTRY = fileURLToPath(new URL("./stage-host.ts", import.meta.url));
const MEDIA_HOST_ENTRY = fileURLToPath(new URL("./media-host.ts", import.meta.url));
/** Work on media for one request: how many at once, how many may wait, and how long one may take. */
const MEDIA_PROCESSES = { at_once: 2, waiting: 16, timeout_ms: 60_000 };
/** How long a webhook's receiver may take to answer. */
const NOTICE_TIMEOUT_MS = 10_000;

export async function compose(options: {
  readonly home: string;
  readonly env: Environment;
  readonly overrides: Overrides;
}): Promise<App> {
  const { overrides } = options;
  const config = loadConfig(options);
  const { home } = config;
  const lock = lockHome(home);
  const data = join(home, ".greenlight");
  const scratch = join(data, "scratch");
  // Scratch folders of attempts that died with an earlier process.
  rmSync(scratch, { recursive: true, force: true });
  const uploads = join(home, "uploads");
  mkdirSync(uploads, { recursive: true });

  const clock = createSystemClock();
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
  const mediaProcesses = createMediaProcesses({
    ...MEDIA_PROCESSES,
    entry: MEDIA_HOST_ENTRY,
    env: hostEnvironment(config.operator),
  });
  const stills = createStillDrawer(mediaProcesses);
  const narration = createNarrationMeter(mediaProcesses);
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
  let publicUrl = publicOrigin(config.operator.server, null);
  const webhooks = createWebhooks(config.webhooks, {
    store,
    deliveries: store.webhooks,
    sender: createFetchSender({ timeout_ms: NOTICE_TIMEOUT_MS }),
    feed,
    clock,
    ids,
    log,
    random: Math.random,
    keep: config.operator.webhook_log,
    jobUrl: (jobId) => publicUrl && `${publicUrl}/jobs/${jobId}`,
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
    media: createBriefMedia({
      voices: config.render.speech.voices,
      processes: mediaProcesses,
      clips: { side_px: config.global.limits.clip_side_px, length_s: config.global.limits.clip_s },
    }),
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

  const decisions = createDecisionLinks({
    ...{ links: store.decisionLinks, store, operations, clock, ids },
    tokens: config.operator.tokens,
  });
  const comparer = createVersionComparer({ processes: mediaProcesses, objects });
  const requested = { operations, store, feed, webhooks, decisions, objects, comparer };

  async function stop(): Promise<void> {
    // First, so that no attempt fails for want of a process.
    const stopped = dispatcher.stop();
    mediaProcesses.close();
    await server?.close();
    await timers.stop();
    await stopped;
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
      const bound = overrides.http === false ? null : await boundAddress(overrides, config.operator.server);
      publicUrl = publicOrigin(config.operator.server, bound);
      await files.start();
      await webhooks.start();
      await dispatcher.start(await store.unfinished());
      timers.start();
      if (bound === null) return { url: null, token };
      const parts = { ...requested, clock, ids, log, uploads_dir: uploads };
      server = await configuredServer(config, parts, { bound, publicUrl, token });
      await server.listen({ ...bound });
      log.info("api", "listening", bound);
      if (bindsEverywhere(bound) && config.operator.server.public_url === null)
        log.warn("api", `links and webhooks will say ${publicUrl}: set server.public_url in operator.yaml`);
      return { url: originOf(bound), token };
    },
    close() {
      closing ??= stop();
      return closing;
    },
  };
}
