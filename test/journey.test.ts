/** One job over HTTP as a person does it: watched over SSE, decided at each gate, patched, paused, downloaded. */
import { createHash } from "node:crypto";
import { createClient } from "@greenlight/contract/client";
import type { JobEvent } from "@greenlight/contract/event";
import type { Job } from "@greenlight/contract/job";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Server, smallHome, startServer } from "./support/server.ts";

const { home, brief, remove } = smallHome();
let server: Server;
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  server = await startServer(home);
  client = createClient({ url: server.url, token: server.token });
});
afterAll(async () => {
  await server.stop();
  remove();
});

/** Polls until the job satisfies `met`; fails when it ends otherwise. */
async function until(id: string, met: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await client.job(id);
    if (met(job)) return job;
    if (job.status === "failed") throw new Error(`the job failed: ${job.error?.message}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const atGate = (stage: string) => (job: Job) => job.status === "needs_approval" && job.stage === stage;

it("is decided at script, storyboard, assets and audio, and ends in a film", {
  timeout: 240_000,
}, async () => {
  const { id } = await client.createJob({ slug: "honey", intent: "explain", brief, seed: 5 });
  const watched: JobEvent[] = [];
  const stop = new AbortController();
  const watching = (async () => {
    for await (const seen of client.events(id, { signal: stop.signal })) {
      if (seen.kind !== "event") continue;
      watched.push(seen.event);
      if (seen.event.type === "job_completed") return;
    }
  })();

  let job = await until(id, atGate("script"));
  const script = job.artifacts.find((a) => a.kind === "script");
  const text = await (await client.content(id, script?.id ?? "")).text();
  const word = /\bhoney\b/.exec(text)?.[0] ?? "";
  job = await client.approve(id, {
    stage: "script",
    by: "ada",
    notes: "one word",
    artifact_sha256s: [script?.sha256 ?? ""],
    patch: { type: "text_replace", replacements: [{ old: word, new: "Honey" }] },
  });
  expect(job.gates.find((g) => g.stage === "script")).toMatchObject({ approved: true, by: "ada" });
  expect(job.artifacts.find((a) => a.kind === "script")).toMatchObject({ version: 2, id: script?.id });
  const before = await (await client.content(id, script?.id ?? "", { version: 1 })).text();
  expect(before).toBe(text);

  await until(id, atGate("storyboard"));
  await expect(client.approve(id, { stage: "script" })).rejects.toMatchObject({
    code: "gate_already_decided",
  });
  await client.reject(id, { stage: "storyboard", notes: "please look again" });
  expect((await client.job(id)).status).toBe("paused");
  await client.resume(id);
  job = await until(id, atGate("storyboard"));
  expect(job.stages.find((s) => s.id === "storyboard")?.attempt).toBe(2);
  await client.approve(id, { stage: "storyboard" });
  await until(id, atGate("assets"));
  await client.approve(id, { stage: "assets" });

  await until(id, (j) => j.stage === "animatics" && j.status === "running");
  await client.pause(id, { now: true });
  await until(id, (j) => j.status === "paused");
  await client.resume(id);

  const heard = await until(id, atGate("audio"));
  const named = (of: Job, name: string) => of.artifacts.find((a) => a.name === name);
  await client.reject(id, {
    stage: "audio",
    notes: "music quieter\nwarmer",
    beats: [{ beat_id: "b02", notes: "louder\nslower" }],
  });
  await client.resume(id);
  job = await until(id, atGate("audio"));
  // The beats of so short a film have no room: the gate says so, though the timing is as it was.
  expect((await client.gateStatus(id)).find((g) => g.stage === "audio")?.feedback_unmet).toEqual([
    expect.stringMatching(/^“warmer” is a note for people/u),
    expect.stringMatching(/^b02: slower: the beat lasts 4\.3 s and would need 4\.4 s/u),
  ]);
  expect(named(job, "timing.json")?.sha256).toBe(named(heard, "timing.json")?.sha256);
  expect(named(job, "voice.wav")?.meta).toMatchObject({ beat_db: { b02: 3 } });
  for (const name of ["voice.wav", "music.wav", "mix.wav"])
    expect(named(job, name)?.sha256, name).not.toBe(named(heard, name)?.sha256);
  await client.approve(id, {
    stage: "audio",
    patch: { type: "level_adjust", level_change_db: -3, track: "music" },
  });
  job = await until(id, (j) => j.status === "completed");
  expect(job.stages.every((s) => s.status === "completed")).toBe(true);
  expect(job.stages.find((s) => s.id === "audio")?.attempt).toBe(3);

  const video = job.artifacts.find((a) => a.kind === "video");
  const whole = new Uint8Array(await (await client.content(id, video?.id ?? "")).arrayBuffer());
  expect(createHash("sha256").update(whole).digest("hex")).toBe(video?.sha256);
  const part = await client.content(id, video?.id ?? "", { range: { start: 4, end: 7 } });
  expect(part.status).toBe(206);
  expect(await part.text()).toBe("ftyp");
  const report = job.artifacts.find((a) => a.name === "acceptance.json");
  const { checks } = (await (await client.content(id, report?.id ?? "")).json()) as {
    checks: { id: string; status: string }[];
  };
  // The picture is a tenth of the real size, so text is small and thin; all else must hold.
  const failed = checks.filter((c) => c.status === "FAIL").map((c) => c.id);
  expect(failed.filter((check) => check !== "contrast")).toEqual([]);

  await watching;
  stop.abort();
  expect(watched.map((e) => e.seq)).toEqual(Array.from({ length: job.version }, (_, i) => i + 1));
  const polled = await client.eventPage(id, { limit: 1000 });
  expect(polled.events).toEqual(watched);
});

it("answers while a render runs, and a cancel frees the lane", {
  timeout: 120_000,
}, async () => {
  const { id } = await client.createJob({
    slug: "busy",
    intent: "explain",
    brief,
    mode: "automated",
    seed: 6,
  });
  await until(id, (j) => j.stage === "animatics" && j.status === "running");
  expect((await client.health()).status).toBe("ok");
  const job = await client.cancel(id, { notes: "enough" });
  expect(job.status).toBe("canceled");
  const next = await client.createJob({ slug: "next", intent: "explain", brief, mode: "automated", seed: 7 });
  // The lane is free again only when the attempt has really ended.
  await until(next.id, (j) => j.status === "running");
  await client.cancel(next.id);
});
