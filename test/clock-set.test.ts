/**
 * A gate's timer in a real server whose time of day is set, by libfaketime, while it runs and while it does not. Only the
 * time of day is faked: the test's own clock and the time since boot go on as they are.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@greenlight/contract/client";
import { expect, it } from "vitest";
import { parseDocument, stringify } from "yaml";
import { smallHome, startServer } from "./support/server.ts";

const FAKETIME = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/faketime/libfaketimeMT.so.1`;
const installed = process.platform === "linux" && existsSync(FAKETIME);
if (!installed) process.stderr.write("SKIPPED: libfaketime is not installed, so no real clock was set\n");

const WAIT_S = 6;

it.skipIf(!installed).each([
  ["back ten minutes", -600, true],
  ["forward 35 minutes", 2100, false],
])(
  "a gate gets its seconds when the clock is set %s (%d s; the server killed meanwhile: %s)",
  {
    timeout: 60_000,
  },
  async (_, step, killed) => {
    const { home, brief, remove } = smallHome();
    mkdirSync(join(home, "conf/pipelines"), { recursive: true });
    const operator = parseDocument(readFileSync(new URL("../conf/operator.yaml", import.meta.url), "utf8"));
    operator.setIn(["gates", "short"], { auto_approve_after_s: WAIT_S });
    writeFileSync(join(home, "conf/operator.yaml"), operator.toString());
    const pipeline = { name: "short", stages: [{ id: "short", uses: "research" }] };
    writeFileSync(join(home, "conf/pipelines/short.yaml"), stringify(pipeline));
    const offset = join(home, "offset");
    writeFileSync(offset, "+0\n");
    const env = {
      ...{ LD_PRELOAD: FAKETIME, FAKETIME_TIMESTAMP_FILE: offset },
      ...{ FAKETIME_NO_CACHE: "1", FAKETIME_DONT_FAKE_MONOTONIC: "1" },
    };
    let server = await startServer(home, undefined, env);
    try {
      let client = createClient({ url: server.url, token: server.token });
      // The gate opened between the last look that found it not open, and the one that found it open.
      let closed = performance.now();
      const { id } = await client.createJob({ slug: "honey", intent: "explain", brief, pipeline: "short" });
      for (let asked = closed; (await client.job(id)).status !== "needs_approval"; ) {
        closed = asked;
        await new Promise((resolve) => setTimeout(resolve, 20));
        asked = performance.now();
      }
      const opened = performance.now();
      if (killed) await server.kill();
      writeFileSync(offset, `${step > 0 ? "+" : ""}${step}\n`);
      if (killed) server = await startServer(home, undefined, env);
      const ready = performance.now();
      client = createClient({ url: server.url, token: server.token });
      while ((await client.job(id)).status !== "completed")
        await new Promise((resolve) => setTimeout(resolve, 20));
      const decided = performance.now();
      // The steady clock counts in steps of 10 ms.
      expect(decided - closed).toBeGreaterThanOrEqual(WAIT_S * 1000 - 50);
      expect(decided).toBeLessThan(Math.max(opened + WAIT_S * 1000, ready) + 10_000);
      const { events } = await client.eventPage(id, { limit: 100 });
      const moved = events.find((event) => event.type === "gate_rescheduled");
      expect(Math.abs(Number(moved?.payload.step_ms) - step * 1000)).toBeLessThan(1000);
    } finally {
      await server.stop();
      remove();
    }
  },
);
