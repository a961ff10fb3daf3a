import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { problem } from "@greenlight/contract/problem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { App } from "../packages/server/src/app/app.ts";
import { runCli } from "../packages/server/src/cli/program.ts";
import { compose } from "../packages/server/src/compose.ts";
import { readEnvironment } from "../packages/server/src/config.ts";

const PROSE =
  "The tide rises and falls twice a day because the moon pulls the sea. A dam across a bay lets the water in at high tide. When the sea has fallen, the water runs out through turbines. The turbines turn generators, and the generators feed the town with power.";
const PNG_HEADER = Buffer.from("89504e470d0a1a0a0000000d49484452000000400000004008060000", "hex");
const WAV_HEADER = Buffer.from("RIFF\x24\x00\x00\x00WAVEfmt ", "latin1");
const FILES: Readonly<Record<string, string | Buffer>> = {
  "tides.md": PROSE,
  "empty.md": "",
  "blank.md": " \n\n ",
  "huge.md": Buffer.alloc(20 * 1024 * 1024, "The sea rises. "),
  "torn.png": PNG_HEADER,
  "torn.wav": WAV_HEADER,
};

type Brief = Record<string, unknown>;
type Case = { readonly what: string; readonly brief: Brief; readonly code: string; readonly field: string };
const good: Brief = { title: "Tides", sources: [{ path: "tides.md" }] };
const CASES: readonly Case[] = [
  { what: "an unknown field", brief: { ...good, colour: "red" }, code: "invalid_field", field: "/colour" },
  {
    what: "a negative length",
    brief: { ...good, video: { target_length_s: -5 } },
    code: "invalid_field",
    field: "/video/target_length_s",
  },
  {
    what: "a missing source file",
    brief: { ...good, sources: [{ path: "nowhere.md" }] },
    code: "source_missing",
    field: "/sources/0/path",
  },
  {
    what: "a source outside of its folder",
    brief: { ...good, sources: [{ path: "../conf/operator.yaml" }] },
    code: "source_outside",
    field: "/sources/0/path",
  },
  {
    what: "an empty source",
    brief: { ...good, sources: [{ path: "empty.md" }] },
    code: "source_empty",
    field: "/sources/0/path",
  },
  {
    what: "a source of nothing but spaces",
    brief: { ...good, sources: [{ path: "blank.md" }] },
    code: "source_empty",
    field: "/sources/0/path",
  },
  {
    what: "a source of 20 MB",
    brief: { ...good, sources: [{ path: "huge.md" }] },
    code: "source_too_large",
    field: "/sources/0/path",
  },
  {
    what: "a source of one word",
    brief: { ...good, sources: [{ text: "Tides" }] },
    code: "brief_too_thin",
    field: "/sources",
  },
  {
    what: "a misspelled voice",
    brief: { ...good, voice: "flite/rsm" },
    code: "voice_unknown",
    field: "/voice",
  },
  {
    what: "a language no voice speaks",
    brief: { ...good, language: "qqq" },
    code: "voice_unknown",
    field: "/language",
  },
  {
    what: "a picture that does not open",
    brief: { ...good, images: [{ path: "torn.png" }] },
    code: "media_unreadable",
    field: "/images/0/path",
  },
  {
    what: "a text for a picture",
    brief: { ...good, images: [{ path: "tides.md" }] },
    code: "unsupported_media_type",
    field: "/images/0/path",
  },
  {
    what: "music that does not play",
    brief: { ...good, music: "torn.wav" },
    code: "media_unreadable",
    field: "/music",
  },
];

let folder = "";
let app: App;
let url = "";
let token = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bad-input-"));
  for (const at of ["home/uploads", "briefs"]) {
    mkdirSync(join(folder, at), { recursive: true });
    for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, at, name), content);
  }
  app = await compose({
    home: join(folder, "home"),
    env: readEnvironment({}),
    overrides: { port: 0, log_level: "error" },
  });
  const started = await app.start();
  url = started.url ?? "";
  token = started.token;
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

async function post(path: string, body: string) {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body,
  });
  return { status: answer.status, type: answer.headers.get("content-type"), body: await answer.json() };
}

async function cli(...args: string[]) {
  let out = "";
  const code = await runCli([...args, "--json"], {
    env: readEnvironment({ ADMIN_TOKEN: token, GREENLIGHT_URL: url }),
    cwd: join(folder, "briefs"),
    stdin: new PassThrough(),
    stdout: new PassThrough().on("data", (data) => {
      out += data;
    }),
    stderr: new PassThrough().resume(),
    compose: async () => compose,
    fetch,
    onInterrupt: () => () => {},
  });
  const last = out.trim().split("\n").at(-1) ?? "";
  return { code, told: JSON.parse(last).error as Told };
}
type Told = { code: string; message: string; remedy: string; fields: { field: string; remedy: string }[] };

async function expectNoJob() {
  expect((await app.store.list({ limit: 10 })).jobs).toEqual([]);
}

describe("over HTTP", () => {
  it.each(CASES)("$what is refused with code, field and remedy", async ({ brief, code, field }) => {
    const answer = await post("/jobs", JSON.stringify({ slug: "tides", intent: "explain", brief }));
    expect(answer.type).toContain("application/problem+json");
    const told = problem.parse(answer.body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(told.code).toBe(code);
    expect(told.remedy).not.toBe("");
    const named = told.errors?.find(({ pointer }) => pointer === `/brief${field}`);
    expect(named?.remedy, JSON.stringify(told.errors)).toBeTruthy();
    await expectNoJob();
  });

  it.each([
    ["a prompt of one word", { slug: "tides", intent: "Tides" }, "brief_too_thin", "/brief/sources"],
    ["a slug that climbs", { slug: "../x", intent: "explain", brief: good }, "invalid_field", "/slug"],
  ])("%s is refused", async (_, request, code, pointer) => {
    const answer = await post("/jobs", JSON.stringify(request));
    const told = problem.parse(answer.body);
    expect(told.code).toBe(code);
    expect(told.errors?.find((e) => e.pointer === pointer)?.remedy).toBeTruthy();
    await expectNoJob();
  });

  it("broken YAML and broken JSON are refused with the place", async () => {
    const yaml = await post("/compile-brief", JSON.stringify({ text: "title: [Tides\nintent: x" }));
    expect(problem.parse(yaml.body)).toMatchObject({ code: "invalid_yaml", status: 400 });
    expect(yaml.body.detail).toMatch(/line \d/);
    const json = await post("/jobs", '{"slug": ');
    expect(problem.parse(json.body)).toMatchObject({ code: "bad_request", status: 400 });
    await expectNoJob();
  });
});

describe("at the command line", () => {
  const brief = (name: string, value: unknown) => {
    writeFileSync(join(folder, "briefs", name), typeof value === "string" ? value : JSON.stringify(value));
    return name;
  };

  it.each(CASES)("submit with $what ends with 2 and says what to do", async (one) => {
    const { code, told } = await cli("submit", brief("brief.yaml", one.brief));
    expect(code, JSON.stringify(told)).toBe(2);
    // A file that cannot be uploaded is refused before the server sees the brief.
    expect([one.code, "bad_request", "unsupported_media_type", "source_empty"]).toContain(told.code);
    expect(told.message).not.toBe("");
    expect(told.remedy).not.toBe("");
    await expectNoJob();
  });

  it.each(CASES.filter(({ code }) => code !== "invalid_field"))(
    "make with $what ends with 2 and names the field",
    async ({ brief: value, code, field }) => {
      const made = await cli("make", brief("brief.yaml", value), "--auto", "--home", join(folder, "make"));
      expect(made.code, JSON.stringify(made.told)).toBe(2);
      expect(made.told.code).toBe(code);
      expect(made.told.fields.find((f) => f.field === `/brief${field}`)?.remedy).toBeTruthy();
    },
  );

  it("make names file, line and column of a field that is wrong", async () => {
    const file = brief("wrong.yaml", "title: Tides\nvideo:\n  target_length_s: -5\n");
    const { code, told } = await cli("make", file, "--auto", "--home", join(folder, "make"));
    expect(code).toBe(2);
    expect(told.code).toBe("invalid_field");
    expect(told.fields[0]?.field).toMatch(/wrong\.yaml:3:\d+ video\.target_length_s/);
    expect(told.fields[0]?.remedy).not.toBe("");
  });

  it("broken YAML and a slug that climbs end with 2", async () => {
    const file = brief("broken.yaml", "title: [Tides\nintent: x\n");
    for (const command of [["submit"], ["make", "--auto", "--home", join(folder, "make")]]) {
      const { code, told } = await cli(...command, file);
      expect([code, told.code]).toEqual([2, "invalid_yaml"]);
      expect(told.fields[0]?.field).toMatch(/broken\.yaml:\d+:\d+/);
    }
    const climbing = await cli("submit", brief("brief.yaml", good), "--slug", "../x");
    expect([climbing.code, climbing.told.code]).toEqual([2, "invalid_field"]);
    expect(climbing.told.fields.map((f) => f.field)).toContain("/slug");
    await expectNoJob();
  });
});
