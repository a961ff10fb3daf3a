import { Agent, request } from "node:http";
import { gateConfig } from "@greenlight/contract/gate";
import { sceneSpec } from "@greenlight/media/scene/scene-spec";
import { Registry } from "prom-client";
import { uuid7Ids } from "../../packages/server/src/adapters/ids/uuid7.ts";
import { createLiveFeed } from "../../packages/server/src/app/live-feed.ts";
import { createOperations } from "../../packages/server/src/app/operations.ts";
import type { BriefMedia } from "../../packages/server/src/app/ports/brief-media.ts";
import type { NarrationMeter } from "../../packages/server/src/app/ports/narration-meter.ts";
import type { ObjectStore } from "../../packages/server/src/app/ports/object-store.ts";
import type { SourceReader } from "../../packages/server/src/app/ports/source-reader.ts";
import type { StillDrawer } from "../../packages/server/src/app/ports/still-drawer.ts";
import type { VersionComparer } from "../../packages/server/src/app/ports/version-comparer.ts";
import { createHttpServer } from "../../packages/server/src/http/server.ts";
import { emptyStage, openEngine, SILENT } from "./greenlight-side.ts";

const TOKEN = "bench-token";
const LIMITS = { source_bytes: 1, media_bytes: 1, min_source_words: 1 };

/** Milliseconds from sending an approval over HTTP to the commit that starts the next stage, once per sample. */
export async function approvalLatencies(samples: number): Promise<number[]> {
  const engine = openEngine(8);
  const { bus, store, dispatcher } = engine;
  const objects = {} as ObjectStore;
  const feed = createLiveFeed(bus);
  const operations = createOperations({
    bus,
    dispatcher,
    store,
    objects,
    scene: sceneSpec,
    stills: {} as StillDrawer,
    narration: {} as NarrationMeter,
    ids: uuid7Ids,
    log: SILENT,
    sources: {} as SourceReader,
    media: {} as BriefMedia,
    limits: LIMITS,
    brief_defaults: {},
    snapshot: {} as never,
    planFor: () => [],
  });
  const server = await createHttpServer({
    operations,
    store,
    feed,
    webhooks: {} as never,
    decisions: {} as never,
    objects,
    comparer: {} as VersionComparer,
    clock: { now: () => Date.now() },
    ids: uuid7Ids,
    log: SILENT,
    token: TOKEN,
    tokens: [],
    bound: { host: "127.0.0.1", port: 0 },
    public_url: "http://127.0.0.1",
    options: {
      allowed_hosts: ["127.0.0.1", "localhost"],
      trusted_proxies: [],
      cors_origins: [],
      rate_limit_per_minute: 1_000_000,
      link_misses_per_minute: { address: 1, all: 1 },
      body_limit_bytes: 1_000_000,
      upload_limit_bytes: 1,
    },
    pipelines: { list: () => [], get: () => undefined },
    operatorConfig: () => ({}),
    validateConfig: () => ({ valid: true, errors: [], warnings: [] }),
    compileBrief: () => {
      throw new Error("not part of this measurement");
    },
    uploads_dir: "/nonexistent",
    console_dir: null,
    version: "bench",
    metrics: new Registry(),
    started_at: Date.now(),
  });
  await server.listen({ host: "127.0.0.1", port: 0 });
  const address = server.server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const gate = gateConfig.parse({ required: true });
  const plan = [...Array.from({ length: 9 }, (_, i) => emptyStage(i, i < 8 ? gate : null))];
  await dispatcher.start([]);

  const found: number[] = [];
  const waitFor = (jobId: string, type: string) =>
    new Promise<number>((resolve) => {
      const stop = feed.onEvents((events) => {
        if (!events.some((e) => e.job_id === jobId && e.type === type)) return;
        stop();
        resolve(performance.now());
      });
    });
  while (found.length < samples) {
    const created = engine.submit(plan);
    const id = await created;
    for (let i = 0; i < 8 && found.length < samples; i++) {
      while ((await store.load(id))?.status !== "needs_approval") await new Promise((r) => setTimeout(r, 1));
      const started = waitFor(id, "stage_started");
      const sent = performance.now();
      const answered = approve(agent, port, id, `stage_${i}`);
      found.push((await started) - sent);
      await answered;
    }
  }
  agent.destroy();
  await server.close();
  await engine.close();
  return found;
}

function approve(agent: Agent, port: number, id: string, stage: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ stage });
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      "content-type": "application/json",
      "content-length": body.length,
    };
    const sent = request(
      { agent, port, host: "127.0.0.1", method: "POST", path: `/api/v1/jobs/${id}/approve`, headers },
      (response) => {
        response.resume().on("end", resolve);
        if (response.statusCode !== 200) reject(new Error(`approve answered ${response.statusCode}`));
      },
    );
    sent.on("error", reject).end(body);
  });
}
