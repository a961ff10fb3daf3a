/**
 * `npm run bench:health [-- --samples 400]`
 * How long `GET /healthz` takes while the server's own job renders on every core, against the same server idle, in
 * one run. The render is the long example's, at full size.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createClient } from "@greenlight/contract/client";
import { parse } from "yaml";
import { startServer } from "../test/support/server.ts";
import { quantile } from "./engine/wave.ts";

const { values } = parseArgs({ options: { samples: { type: "string", default: "400" } } });
const samples = Number(values.samples);
const example = new URL("../examples/tidal-power/", import.meta.url);

const home = mkdtempSync(join(tmpdir(), "greenlight-health-"));
cpSync(example, join(home, "uploads"), { recursive: true });
const brief: unknown = parse(readFileSync(new URL("brief.yaml", example), "utf8"));
const server = await startServer(home);
const client = createClient({ url: server.url, token: server.token });
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

const idle = await measure();
const { id } = await client.createJob({ slug: "health", intent: "measure", brief, mode: "automated" });
for (let job = await client.job(id); job.stage !== "assemble"; job = await client.job(id)) {
  if (job.status === "failed") throw new Error(job.error?.message);
  await new Promise((resolve) => setTimeout(resolve, 500));
}
// The workers need a moment to be at full load.
await new Promise((resolve) => setTimeout(resolve, 3000));
const busy = await measure();
const { stage } = await client.job(id);
await client.cancel(id);
agent.destroy();
await server.stop();
rmSync(home, { recursive: true, force: true });

if (stage !== "assemble") console.log("the render ended before the measurement: take fewer samples");
for (const [name, waits] of [
  ["idle", idle],
  ["rendering", busy],
] as const)
  console.log(
    `${name.padEnd(10)} ${waits.length} × GET /healthz   p50 ${quantile(waits, 0.5).toFixed(2)} ms   p99 ${quantile(waits, 0.99).toFixed(2)} ms   max ${Math.max(...waits).toFixed(2)} ms`,
  );
console.log(`ratio of the p99s ${(quantile(busy, 0.99) / quantile(idle, 0.99)).toFixed(1)}`);

async function measure(): Promise<number[]> {
  const waits: number[] = [];
  while (waits.length < samples) {
    const began = performance.now();
    await new Promise<void>((resolve, reject) => {
      get(`${server.url}/healthz`, { agent }, (response) => response.resume().on("end", resolve)).on(
        "error",
        reject,
      );
    });
    waits.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return waits;
}
