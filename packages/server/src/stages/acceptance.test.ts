import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArtifactKind } from "@greenlight/contract/artifact";
import { brief } from "@greenlight/contract/brief";
import { acceptanceReport } from "@greenlight/contract/documents";
import { render } from "@greenlight/contract/render";
import { makeClip } from "@greenlight/media/measure/testing/make-clip";
import { goodClip, goodExpected } from "@greenlight/media/measure/testing/sample-film";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { InputArtifact, StageContext } from "../app/ports/stage-adapter.ts";
import { acceptance } from "./acceptance.ts";

let folder = "";
let inputs: InputArtifact[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "acceptance-"));
  await makeClip(goodClip(join(folder, "video.mp4")));
  const film = goodExpected();
  inputs = [
    await artifact("assemble", "video", "video.mp4"),
    await artifact("storyboard", "storyboard", "storyboard.json", JSON.stringify(film.storyboard)),
    await artifact("audio", "timing", "timing.json", JSON.stringify(film.timing)),
    await artifact("audio", "captions", "captions.srt", film.captions_srt),
    await artifact("script", "script", "script.md", film.script),
    await artifact("research", "research_data", "research.json", JSON.stringify(film.research)),
  ];
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function artifact(
  stage: string,
  kind: ArtifactKind,
  name: string,
  text?: string,
): Promise<InputArtifact> {
  const file = join(folder, name);
  if (text !== undefined) await writeFile(file, text);
  const bytes = await readFile(file);
  return {
    stage,
    kind,
    name,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    media_type: "application/octet-stream",
    size_bytes: bytes.length,
    meta: { made_by: "test", inputs: [] },
    file,
    text: async () => bytes.toString("utf8"),
    bytes: async () => bytes,
    json: async (schema) => schema.parse(JSON.parse(bytes.toString("utf8"))),
  };
}

/** A context that keeps what is written. The providers are not to be touched. */
async function contextOf(video: { target_length_s: number }) {
  const written = new Map<string, string>();
  const progress: number[] = [];
  const conf = parse(await readFile(join(import.meta.dirname, "../../../../conf/render.yaml"), "utf8"), {
    merge: true,
  });
  const input = (kind: ArtifactKind) => {
    const found = inputs.find((i) => i.kind === kind);
    if (found === undefined) throw new Error(`no ${kind}`);
    return found;
  };
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const ctx: Omit<StageContext, "providers"> = {
    job: { id: "1", slug: "forests", intent: "explain" },
    stage: "acceptance",
    attempt: 1,
    cfg: {
      brief: brief.parse({ title: "Forests & <soil>", video: { ...video, aspect: "16:9" } }),
      files: {},
      render: render.parse(conf),
      models: {},
      modules: {},
      seed: 1,
    },
    seed: 1,
    feedback: [],
    patches: [],
    uploads: {},
    signal: new AbortController().signal,
    log,
    workdir: folder,
    inputs: (kind) => inputs.filter((i) => i.kind === kind),
    input,
    progress: (fraction) => progress.push(fraction),
    write: async (_kind, name, data) => {
      written.set(name, String(data));
    },
    store: () => Promise.reject(new Error("not used")),
    open: () => Promise.reject(new Error("not used")),
    map: () => Promise.reject(new Error("not used")),
    once: () => Promise.reject(new Error("not used")),
  };
  return { ctx: ctx as StageContext, written, progress };
}

describe("the acceptance stage", () => {
  it("measures the job's video and writes the report and its page", async () => {
    const { ctx, written, progress } = await contextOf({ target_length_s: 10 });
    await acceptance.run(ctx, {});
    const report = acceptanceReport.parse(JSON.parse(written.get("acceptance.json") ?? ""));
    expect(report.profile).toBe("web");
    const failed = report.checks.filter((check) => check.status === "FAIL");
    // The film keeps every promise but the brief's length: 8 s where 10 s were asked.
    expect(failed.map((check) => check.id)).toEqual(["duration"]);
    expect(report.verdict).toBe("FAIL");
    expect(report.manifest).toHaveLength(inputs.length);
    expect(report.checks.find((check) => check.id === "determinism")?.status).toBe("PASS");
    const page = written.get("acceptance.html") ?? "";
    expect(page).toContain("Forests &amp; &lt;soil&gt;");
    expect(page).toContain('href="../assemble/video.mp4"');
    expect(progress.at(-1)).toBe(1);
  });

  it("holds the video to another profile when asked", async () => {
    const { ctx, written } = await contextOf({ target_length_s: 10 });
    await acceptance.run(ctx, acceptance.params.parse({ profile: "broadcast" }));
    const report = acceptanceReport.parse(JSON.parse(written.get("acceptance.json") ?? ""));
    expect(report.checks.find((check) => check.id === "loudness")?.status).toBe("FAIL");
  });

  it.each([
    ["no film at all", Buffer.from("This is no film, whatever it is called.")],
    ["a film without its index", Buffer.from("00000018667479706d703432000000006d70343269736f6d", "hex")],
  ])("fails for good on %s", async (_, bytes) => {
    const { ctx, written } = await contextOf({ target_length_s: 10 });
    const file = join(folder, "torn.mp4");
    await writeFile(file, bytes);
    const torn = { ...ctx, input: () => ({ ...ctx.input("video"), file }) };
    await expect(acceptance.run(torn, {})).rejects.toMatchObject({
      name: "StageFailure",
      kind: "terminal",
      code: "media_unreadable",
    });
    expect(written.size).toBe(0);
  });

  it("names the profiles there are when the asked one is missing", async () => {
    const { ctx } = await contextOf({ target_length_s: 10 });
    await expect(acceptance.run(ctx, { profile: "cinema" })).rejects.toThrow(/"cinema".*web, broadcast/);
  });
});
