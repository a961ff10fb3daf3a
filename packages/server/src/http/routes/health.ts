import { health } from "@greenlight/contract/api";
import type { App, Context } from "../context.ts";

/** Open to everyone: says that the server answers, and nothing about its jobs. */
export function healthRoutes(app: App, context: Context): void {
  for (const url of ["/healthz", "/api/health", "/api/v1/healthz"])
    app.get(
      url,
      {
        config: { open: true },
        schema: { tags: ["health"], summary: "Is it up?", security: [], response: { 200: health } },
      },
      async () => ({
        status: "ok" as const,
        version: context.version,
        uptime_s: Math.max(0, (context.clock.now() - context.started_at) / 1000),
      }),
    );
}
