import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import type { Side, Wave } from "./wave.ts";

type Step = { readonly chain: number; readonly stage: number };

/** BullMQ on a Redis of its own with `appendonly yes, appendfsync everysec`: each stage is a job that adds the next. */
export async function bullmqSide(): Promise<Side> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "greenlight-redis-"));
  const redis = await startRedis(port, folder);
  const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
  return {
    name: "BullMQ on Redis (everysec)",
    async run({ jobs, stages, in_flight }: Wave) {
      const name = `wave-${crypto.randomUUID()}`;
      const queue = new Queue<Step>(name, { connection });
      await queue.addBulk(
        Array.from({ length: jobs }, (_, chain) => ({
          name: "stage",
          data: { chain, stage: 0 },
          opts: { removeOnComplete: true },
        })),
      );
      let left = jobs;
      let finish = () => {};
      const done = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const worker = new Worker<Step>(
        name,
        async ({ data }) => {
          if (data.stage + 1 < stages)
            // A chain under way goes before one that waits, as with us.
            await queue.add(
              "stage",
              { chain: data.chain, stage: data.stage + 1 },
              { lifo: true, removeOnComplete: true },
            );
          else if (--left === 0) finish();
        },
        { connection, concurrency: in_flight, autorun: false },
      );
      await worker.waitUntilReady();
      const began = performance.now();
      const running = worker.run();
      await done;
      const seconds = (performance.now() - began) / 1000;
      await worker.close();
      await running;
      await queue.obliterate({ force: true });
      await queue.close();
      return seconds;
    },
    async close() {
      const gone = new Promise((resolve) => redis.once("exit", resolve));
      redis.kill("SIGTERM");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startRedis(port: number, folder: string): Promise<ChildProcess> {
  const settings = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  const child = spawn("redis-server", [...settings, "--appendonly", "yes", "--appendfsync", "everysec"], {
    stdio: "ignore",
  });
  await new Promise<void>((resolve, reject) => {
    child.once("error", () =>
      reject(new Error("redis-server is not installed: apt-get install redis-server")),
    );
    child.once("spawn", resolve);
  });
  const probe = new Redis(port, "127.0.0.1", { retryStrategy: () => 50, maxRetriesPerRequest: 100 });
  probe.on("error", () => {});
  await probe.ping();
  probe.disconnect();
  return child;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
