/**
 * kill -9 of the server at random moments of one job, each followed by a start: the job completes, the log has every
 * event once, and nothing that was finished is done again. `KILLS` sets how often (default 20), `SEED` the moments.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@greenlight/contract/client";
import type { JobEvent } from "@greenlight/contract/event";
import { expect, it } from "vitest";
import { freePort, smallHome, startServer } from "./support/server.ts";

const KILLS = Number(process.env.KILLS ?? 20);

/** Mulberry32: a small seeded generator, 0…1. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Every stored result of finished work, with what would change if it were made again. */
function builtSoFar(home: string): Map<string, string> {
  const folder = join(home, ".greenlight", "cache");
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".json"));
  return new Map(
    files.map((file) => {
      const { ino, mtimeMs } = statSync(join(folder, file));
      return [file, `${ino} ${mtimeMs}`];
    }),
  );
}

it(`loses nothing to ${KILLS} kills`, { timeout: 300_000 }, async () => {
  const { home, brief, remove } = smallHome();
  const next = random(Number(process.env.SEED ?? 11));
  const port = await freePort();
  let server = await startServer(home, port);
  const client = () => createClient({ url: server.url, token: server.token });
  const { id } = await client().createJob({ slug: "honey", intent: "explain", brief, mode: "automated" });
  let finished = new Map<string, string>();
  for (let kill = 0; kill < KILLS; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 50 + next() * 1500));
    await server.kill();
    const built = builtSoFar(home);
    for (const [file, mark] of finished) expect(built.get(file), `${file} was built again`).toBe(mark);
    finished = built;
    server = await startServer(home, port);
  }
  for await (const seen of client().events(id, {})) {
    if (seen.kind === "event" && /^job_(completed|failed)$/.test(seen.event.type)) break;
  }
  const job = await client().job(id);
  await server.stop();

  expect(job.error).toBeNull();
  expect(job.status).toBe("completed");
  const lines = readFileSync(join(home, "runs", id, "events.jsonl"), "utf8")
    .trimEnd()
    .split("\n");
  const events = lines.map((line) => JSON.parse(line) as JobEvent);
  expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
  expect(events.length).toBe(job.version);
  const interrupted = events.filter((e) => e.type === "stage_interrupted");
  expect(interrupted.length).toBeGreaterThan(KILLS / 4);
  for (const stage of job.stages) {
    const own = events.filter((e) => e.stage === stage.id);
    expect(
      own.filter((e) => e.type === "stage_completed"),
      stage.id,
    ).toHaveLength(1);
    expect(own.findLastIndex((e) => e.type === "stage_started")).toBeLessThan(
      own.findIndex((e) => e.type === "stage_completed"),
    );
    expect(stage.error).toBeNull();
  }
  const built = builtSoFar(home);
  for (const [file, mark] of finished) expect(built.get(file), `${file} was built again`).toBe(mark);
  const state = JSON.parse(readFileSync(join(home, "runs", id, "state.json"), "utf8")) as { version: number };
  expect(state.version).toBe(job.version);
  remove();
});
