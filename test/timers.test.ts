/** Gates' timers by the real clock, across a kill of the server. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@greenlight/contract/client";
import { expect, it } from "vitest";
import { parseDocument, stringify } from "yaml";
import { smallHome, startServer } from "./support/server.ts";

const SHORT_S = 1;
const LONG_S = 8;

it("a timer that came due while nothing ran fires at the start; one that did not fires at its time", {
  timeout: 60_000,
}, async () => {
  const { home, brief, remove } = smallHome();
  mkdirSync(join(home, "conf/pipelines"), { recursive: true });
  const operator = parseDocument(readFileSync(new URL("../conf/operator.yaml", import.meta.url), "utf8"));
  operator.set("max_concurrent_jobs", 2);
  for (const [stage, after] of [
    ["short", SHORT_S],
    ["long", LONG_S],
  ] as const) {
    operator.setIn(["gates", stage], { auto_approve_after_s: after, remind_after_s: after / 2 });
    const stages = [{ id: stage, uses: "research" }];
    writeFileSync(join(home, `conf/pipelines/${stage}.yaml`), stringify({ name: stage, stages }));
  }
  writeFileSync(join(home, "conf/operator.yaml"), operator.toString());
  let server = await startServer(home);
  try {
    let client = createClient({ url: server.url, token: server.token });
    const ids: string[] = [];
    for (const pipeline of ["short", "long"])
      ids.push((await client.createJob({ slug: "honey", intent: "explain", brief, pipeline })).id);
    const [short = "", long = ""] = ids;
    while ((await client.job(long)).status !== "needs_approval" || (await client.job(short)).version < 5)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, SHORT_S * 1000));
    server = await startServer(home);
    const ready = Date.now();
    client = createClient({ url: server.url, token: server.token });
    for (const id of ids) {
      while ((await client.job(id)).status !== "completed")
        await new Promise((resolve) => setTimeout(resolve, 50));
      const { events } = await client.eventPage(id, { limit: 100 });
      expect(events.filter((e) => e.type.startsWith("gate_")).map((e) => e.type)).toEqual([
        "gate_opened",
        "gate_reminded",
        "gate_auto_approved",
      ]);
    }
    // On a slow machine it may have fired before the kill; what counts is that it is neither lost nor early nor late.
    const [decided] = (await client.job(short)).gates;
    const fired = Date.parse(decided?.at ?? "");
    expect(fired).toBeGreaterThanOrEqual(Date.parse(decided?.opened_at ?? "") + SHORT_S * 1000);
    expect(fired).toBeLessThanOrEqual(ready + 1000);
    const gate = (await client.job(long)).gates[0];
    const due = Date.parse(gate?.opened_at ?? "") + LONG_S * 1000;
    const at = Date.parse(gate?.at ?? "");
    expect(at).toBeGreaterThanOrEqual(due);
    // Where starting again took longer than the gate had left, it fires at the start.
    expect(at).toBeLessThanOrEqual(Math.max(due, ready) + 1000);
  } finally {
    await server.stop();
    remove();
  }
});
