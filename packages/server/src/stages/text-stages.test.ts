import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ArtifactKind, artifactMeta } from "@greenlight/contract/artifact";
import { brief } from "@greenlight/contract/brief";
import { research as researchSchema } from "@greenlight/contract/documents";
import type { JobCfg } from "@greenlight/contract/job";
import { render } from "@greenlight/contract/render";
import { storyboard as storyboardSchema } from "@greenlight/contract/storyboard";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { createSourceReader } from "../adapters/sources/read-source.ts";
import { createBuiltinWriter } from "../adapters/writers/builtin/builtin-writer.ts";
import { builtinStyle } from "../adapters/writers/builtin/style.ts";
import type { InputArtifact, StageAdapter, StageContext } from "../app/ports/stage-adapter.ts";
import type { NoParams } from "./no-params.ts";
import { outline } from "./outline.ts";
import { research } from "./research.ts";
import { script } from "./script.ts";
import { storyboard } from "./storyboard.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const yaml = async (path: string): Promise<unknown> =>
  parse(await readFile(join(root, path), "utf8"), { merge: true });

let workdir = "";
beforeEach(async () => {
  workdir = await mkdtemp(join(tmpdir(), "stages-"));
});
afterEach(() => rm(workdir, { recursive: true, force: true }));

/** A host that keeps what stages write and remembers what `once` built. */
async function host(cfg: JobCfg, folder: string) {
  const written = new Map<ArtifactKind, InputArtifact>();
  const once = new Map<string, unknown>();
  const built: string[] = [];
  let spoken = 0;
  const quiet = () => undefined;
  const input = (kind: ArtifactKind): InputArtifact => {
    const found = written.get(kind);
    if (found === undefined) throw new Error(`no ${kind}`);
    return found;
  };
  const ctx: StageContext = {
    job: { id: "0", slug: "film", intent: "explain" },
    stage: "any",
    attempt: 1,
    cfg,
    seed: cfg.seed,
    feedback: [],
    patches: [],
    uploads: {},
    signal: new AbortController().signal,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    providers: {
      writer: createBuiltinWriter(builtinStyle.parse(await yaml("conf/prompts/builtin.yaml"))),
      sources: createSourceReader({ max_bytes: 5e6, timeout_ms: 1000, allow_private_addresses: false }),
      speech: {
        id: "speech:test",
        speak: async (text) => {
          spoken += 1;
          const words = text.split(/\s+/u).length;
          return { sample_rate: 100, samples: new Float32Array(Math.round((words / 2.6) * 100)), words: [] };
        },
      },
    },
    workdir,
    inputs: (kind) => [input(kind)],
    input,
    progress: quiet,
    async write(kind, name, data, { media_type, meta }) {
      if (typeof data !== "string") throw new Error("expected text");
      artifactMeta.parse(meta);
      const file = join(workdir, name);
      await writeFile(file, data);
      written.set(kind, {
        stage: "any",
        kind,
        name,
        sha256: "",
        media_type,
        size_bytes: data.length,
        meta,
        file,
        text: async () => data,
        bytes: async () => new TextEncoder().encode(data),
        json: async (schema) => schema.parse(JSON.parse(data)),
      });
    },
    store: async () => ({ sha256: "", size_bytes: 0 }),
    open: async ({ sha256 }) => join(folder, sha256),
    map: async (items, _options, fn) => Promise.all(items.map(fn)),
    async once<Result>(name: string, key: unknown, fn: () => Promise<Result>): Promise<Result> {
      const id = JSON.stringify([name, key]);
      if (!once.has(id)) {
        built.push(name);
        once.set(id, await fn());
      }
      return once.get(id) as Result;
    },
  };
  const run = async (stage: StageAdapter<NoParams>) => stage.run(ctx, stage.params.parse({}));
  return { run, written, built, spoken: () => spoken };
}

const configured = async (input: unknown, files: JobCfg["files"] = {}): Promise<JobCfg> => ({
  brief: brief.parse(input),
  files,
  render: render.parse(await yaml("conf/render.yaml")),
  models: {},
  modules: {},
  seed: 3,
});

it("takes the example from its files to a storyboard, reading each source once", async () => {
  const names = ["how-it-works.md", "history-and-cost.md"];
  // The fake object store finds a file by its name.
  const files = Object.fromEntries(
    names.map((n) => [n, { sha256: n, size_bytes: 1, media_type: "text/markdown" }]),
  );
  const cfg = await configured(await yaml("examples/tidal-power/brief.yaml"), files);
  const { run, written, built } = await host(cfg, join(root, "examples/tidal-power"));
  for (const stage of [outline, research, script, storyboard]) await run(stage);
  expect(built.filter((name) => name === "source@1")).toHaveLength(2);
  expect(
    Object.fromEntries([...written].map(([kind, { name, meta }]) => [kind, [name, meta.made_by]])),
  ).toEqual({
    outline: ["outline.json", "writer:builtin@3"],
    research_data: ["research.json", "sources:builtin@1"],
    script: ["script.md", "writer:builtin@3"],
    storyboard: ["storyboard.json", "writer:builtin@3"],
  });
  const sources = (await written.get("research_data")?.json(researchSchema))?.sources ?? [];
  const [text] = await Promise.all([readFile(join(root, "examples/tidal-power/how-it-works.md"), "utf8")]);
  for (const { heading, text: passage } of sources[0]?.passages ?? []) {
    expect(text).toContain(heading);
    expect(text.replace(/\s+/gu, " ")).toContain(passage.slice(0, 40));
  }
  const board = await written.get("storyboard")?.json(storyboardSchema);
  expect(board?.beats.reduce((sum, beat) => sum + beat.duration_s, 0)).toBeCloseTo(80, 1);
});

it("makes a source of a brief's notes, and refuses a one-word prompt", async () => {
  const notes =
    "Ice floats because it is lighter than water. Frozen water takes up nine percent more room. " +
    "Lakes therefore freeze from the top. Fish survive the winter in the warmer water below. " +
    "Most other liquids shrink when they freeze.";
  const video = { target_length_s: 15 };
  const good = await host(await configured({ title: "Why ice floats", notes, video }), ".");
  await good.run(outline);
  expect(good.written.has("outline")).toBe(true);
  const bad = await host(await configured({ title: "Ice", notes: "Ice", video }), ".");
  await expect(bad.run(outline)).rejects.toMatchObject({ code: "brief_too_thin" });
});

it("says which source was not stored, and takes no parameters", async () => {
  const { run } = await host(await configured({ title: "T", sources: [{ path: "gone.md" }] }), ".");
  await expect(run(outline)).rejects.toMatchObject({ name: "StageFailure", code: "source_missing" });
  for (const stage of [outline, research, script, storyboard])
    expect(() => stage.params.parse({ tone: "x" })).toThrow();
});
