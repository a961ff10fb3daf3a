import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createJob } from "@greenlight/contract/api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSourceReader } from "../adapters/sources/read-source.ts";
import { Rejection } from "../domain/commands.ts";
import { planned } from "../domain/testing/scenario.ts";
import { type SubmitDeps, submitJob } from "./submit.ts";
import { openEngine } from "./testing/engine.ts";

const PROSE = "The tide turns twice a day, and a barrage turns with it. ".repeat(6);
const ACTOR = {
  name: "ada",
  role: "operator",
  origin: { via: "http", token: "ada", address: null, link_id: null },
} as const;

let engine: Awaited<ReturnType<typeof openEngine>>;
let folder: string;
let deps: SubmitDeps;
beforeEach(async () => {
  engine = await openEngine();
  folder = mkdtempSync(join(tmpdir(), "greenlight-brief-"));
  const reading = { max_bytes: 5_000_000, timeout_ms: 1000, allow_private_addresses: false };
  deps = {
    ...engine,
    sources: createSourceReader(reading),
    limits: { source_bytes: 5_000_000, media_bytes: 10_000_000, min_source_words: 40 },
    brief_defaults: {},
    snapshot: { render: {}, models: {}, modules: {} } as SubmitDeps["snapshot"],
    planFor: () => [planned("a")],
  };
});
afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

function submit(brief: Record<string, unknown>, key?: string) {
  const request = createJob.parse({ slug: "tide", intent: "explain", brief: { title: "Tide", ...brief } });
  const options = { base_dir: folder, ...(key !== undefined && { idempotency_key: key }) };
  return submitJob(request, ACTOR, options, deps);
}
const from = (path: string) => ({ sources: [{ path }] });

describe("bad input makes no job and burns no key", () => {
  it.each<[string, Record<string, unknown>, string, string, () => void]>([
    ["an unknown field", { soruces: [] }, "invalid_field", "/brief", () => {}],
    ["a negative length", { video: { target_length_s: -5 } }, "invalid_field", "/brief/video", () => {}],
    ["a missing source", from("none.md"), "source_missing", "/brief/sources/0/path", () => {}],
    [
      "an empty source",
      from("e.md"),
      "source_empty",
      "/brief/sources/0/path",
      () => writeFileSync(join(folder, "e.md"), ""),
    ],
    [
      "a source of blanks",
      from("b.md"),
      "source_empty",
      "/brief/sources/0/path",
      () => writeFileSync(join(folder, "b.md"), " \n\n"),
    ],
    [
      "a source of 20 MB",
      from("big.md"),
      "source_too_large",
      "/brief/sources/0/path",
      () => writeFileSync(join(folder, "big.md"), Buffer.alloc(20_000_000, "a ")),
    ],
    ["one word", { sources: [{ text: "Tides" }] }, "brief_too_thin", "/brief/sources", () => {}],
    ["a way out", from("../x.md"), "source_outside", "/brief/sources/0/path", () => {}],
    ["an absolute path", from("/etc/hostname"), "source_outside", "/brief/sources/0/path", () => {}],
    [
      "a link that leads out",
      from("l.md"),
      "source_outside",
      "/brief/sources/0/path",
      () => symlinkSync("/etc/hostname", join(folder, "l.md")),
    ],
    ["a folder", from("d"), "source_unreadable", "/brief/sources/0/path", () => mkdirSync(join(folder, "d"))],
    [
      "binary as source",
      from("p.md"),
      "source_unreadable",
      "/brief/sources/0/path",
      () => writeFileSync(join(folder, "p.md"), Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")),
    ],
    [
      "text as picture",
      { sources: [{ text: PROSE }], images: [{ path: "t.txt" }] },
      "unsupported_media_type",
      "/brief/images/0/path",
      () => writeFileSync(join(folder, "t.txt"), PROSE),
    ],
  ])("%s", async (_, brief, code, pointer, prepare) => {
    prepare();
    const error = await submit(brief, "key").catch((e: unknown) => e);
    if (!(error instanceof Rejection)) throw error;
    expect(error.code).toBe(code);
    expect(error.errors[0]?.pointer.startsWith(pointer)).toBe(true);
    expect(error.errors[0]?.remedy).toBeTruthy();
    expect(error.message).not.toContain(folder);
    expect((await engine.store.list({ limit: 1 })).jobs).toEqual([]);
    expect(await engine.store.findKey("key")).toBeUndefined();
  });

  it.each(["../up", "a/b", "", "A b"])("the slug %o", (slug) => {
    expect(createJob.safeParse({ slug, intent: "x" }).success).toBe(false);
  });
});

it("takes a video among the pictures", async () => {
  writeFileSync(
    join(folder, "v.mp4"),
    Buffer.from("000000186674797069736f6d0000020069736f6d6d703432", "hex"),
  );
  const state = await submit({ sources: [{ text: PROSE }], images: [{ path: "v.mp4" }] });
  expect(state.cfg.files["v.mp4"]).toMatchObject({ media_type: "video/mp4" });
});

it.each([
  ["Arabic", "ترتفع المياه مرتين كل يوم وتنخفض مرتين في كل ميناء. ".repeat(8)],
  ["Japanese", "潮は一日に二度満ちて、二度引きます。発電所はその力を使います。".repeat(8)],
  ["emoji", `🌊🔋 ${PROSE}👩‍🔬`],
])("takes a source in %s", async (_, text) => {
  writeFileSync(join(folder, "s.txt"), text);
  expect((await submit(from("s.txt"))).status).toBe("queued");
});

describe("an idempotency key", () => {
  const good = { sources: [{ text: PROSE }] };

  it("answers with the job it made, and refuses another body", async () => {
    const first = await submit(good, "k");
    expect((await submit(good, "k")).id).toBe(first.id);
    await expect(submit({ ...good, tone: "dry" }, "k")).rejects.toMatchObject({
      code: "idempotency_conflict",
    });
    expect((await engine.store.list({ limit: 9 })).jobs).toHaveLength(1);
  });

  it("sent five times at once makes one job", async () => {
    const jobs = await Promise.all(Array.from({ length: 5 }, () => submit(good, "k")));
    expect(new Set(jobs.map((j) => j.id)).size).toBe(1);
  });

  it("whose job a crash prevented makes it when it is sent again", async () => {
    const { bus } = deps;
    const handle = () => Promise.reject(new Error("killed"));
    deps = { ...deps, bus: { ...bus, handle } };
    await expect(submit(good, "k")).rejects.toThrow("killed");
    deps = { ...deps, bus };
    const state = await submit(good, "k");
    expect(state.id).toBe((await engine.store.findKey("k"))?.job_id);
  });
});
