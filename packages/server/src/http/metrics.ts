import type { FastifyInstance } from "fastify";
import { Counter, Gauge, Histogram } from "prom-client";
import type { Context } from "./context.ts";

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];
const STAGE_SECONDS = [0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** Registers what the server measures of itself, and `GET /metrics` in Prometheus' text format. */
export function measure(app: FastifyInstance, context: Context): void {
  const registers = [context.metrics];
  const http = new Histogram({
    name: "greenlight_http_request_duration_seconds",
    help: "Time to answer a request, by route",
    labelNames: ["method", "route", "status"],
    buckets: SECONDS,
    registers,
  });
  const events = new Counter({
    name: "greenlight_events_total",
    help: "Events appended since the start, by type",
    labelNames: ["type"],
    registers,
  });
  const stages = new Histogram({
    name: "greenlight_stage_duration_seconds",
    help: "Time a stage took, by stage and whether it came from the cache",
    labelNames: ["stage", "from_cache"],
    buckets: STAGE_SECONDS,
    registers,
  });
  new Gauge({
    name: "greenlight_jobs",
    help: "Unfinished jobs now, by status",
    labelNames: ["status"],
    registers,
    async collect() {
      for (const status of ["queued", "running", "paused", "needs_approval"]) this.set({ status }, 0);
      for (const job of await context.store.unfinished()) this.inc({ status: job.status });
    },
  });
  new Gauge({
    name: "greenlight_event_readers",
    help: "Clients waiting for events now (SSE and long-polling)",
    registers,
    collect() {
      this.set(context.hub.size);
    },
  });

  const stop = context.feed.onEvents((batch) => {
    for (const event of batch) {
      events.inc({ type: event.type });
      const { duration_ms, from_cache } = event.payload;
      if (event.type === "stage_completed" && event.stage !== null && typeof duration_ms === "number")
        stages.observe({ stage: event.stage, from_cache: String(from_cache === true) }, duration_ms / 1000);
    }
  });
  app.addHook("onClose", async () => stop());
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    http.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  app.get(
    "/metrics",
    { schema: { tags: ["health"], summary: "Measurements in Prometheus' text format" } },
    async (_request, reply) => reply.type(context.metrics.contentType).send(await context.metrics.metrics()),
  );
}
