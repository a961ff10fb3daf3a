import type { Artifact } from "@greenlight/contract/artifact";
import { comparison } from "@greenlight/contract/comparison";
import { problem } from "@greenlight/contract/problem";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fixtureArtifact } from "../../domain/testing/fixtures.ts";
import { START, uuidAt, waitingJob } from "../testing/fake-jobs.ts";
import { ADMIN, AUTH, type Bench, httpBench } from "../testing/http-bench.ts";

const JOB = uuidAt(START, 1);
const script = fixtureArtifact(1, { stage: "script", kind: "script", name: "script.md", version: 2 });
let bench: Bench;
beforeEach(async () => {
  bench = await httpBench();
  bench.store.jobs.set(JOB, waitingJob(JOB, [script]));
});
afterEach(() => bench.close());

const revert = (artifactId: string, payload: object) =>
  bench.ask({ method: "POST", url: `/api/v1/jobs/${JOB}/artifacts/${artifactId}/revert`, payload });

it("reverts an output as a patch of its stage", async () => {
  expect((await revert(script.id, { version: 1 })).statusCode).toBe(200);
  const patch = { type: "revert", artifact: "script.md", version: 1 };
  expect(bench.operations.calls).toEqual([{ name: "applyPatch", args: [JOB, "script", patch, ADMIN] }]);
});

it("refuses to revert what is not there, or to no version", async () => {
  const ghost = await revert(uuidAt(START, 99), { version: 1 });
  expect(problem.parse(ghost.json()).code).toBe("artifact_not_found");
  for (const payload of [{}, { version: 0 }, { version: 1.5 }, { version: 1, stage: "x" }])
    expect(problem.parse((await revert(script.id, payload)).json()).code).toBe("invalid_field");
  expect(bench.operations.calls).toEqual([]);
});

const compare = async (query = "", id = script.id) =>
  (await bench.ask({ url: `/api/v1/jobs/${JOB}/artifacts/${id}/compare${query}` })).json();

/** Stores these contents as the versions of the artifact. */
async function versionsAre(media_type: string, kind: Artifact["kind"], contents: readonly string[]) {
  const versions = await Promise.all(
    contents.map(async (text, index) => ({
      ...{ ...script, media_type, kind, version: index + 1 },
      ...(await bench.objects.put(Buffer.from(text))),
    })),
  );
  bench.store.versions.set(`${JOB} ${script.id}`, versions);
}

it("compares texts by line, by default the last two versions", async () => {
  await versionsAre("text/markdown", "script", ["one\n", "one\ntwo\n", "one\nthree\nfour\n"]);
  const last = comparison.parse(await compare());
  expect(last).toMatchObject({ kind: "text", added_lines: 2, removed_lines: 1, from: { version: 2 } });
  expect(last.kind === "text" && last.unified).toContain("-two\n+three\n+four\n");
  expect(await compare("?from=3&to=1")).toMatchObject({ added_lines: 0, removed_lines: 2 });
  expect(await compare("?from=1&to=1")).toMatchObject({ added_lines: 0, unified: "" });
});

it("compares a storyboard by beat and other JSON by place", async () => {
  const beat = {
    ...{ id: "b01", section: "", narration: "", duration_s: 4, speech_s: 2, on_screen_text: "" },
    ...{ visual: { kind: "statement", text: "x" }, motion: "push_in", transition: "cut" },
  };
  const board = { slug: "tide", title: "T", language: "en", fps: 30, width: 320, height: 180, beats: [beat] };
  const changed = { ...board, title: "U", beats: [{ ...beat, duration_s: 5 }] };
  const both = [board, changed].map((value) => JSON.stringify(value));
  await versionsAre("application/json", "storyboard", both);
  expect(comparison.parse(await compare())).toMatchObject({
    ...{ kind: "storyboard", duration_before_s: 4, duration_after_s: 5 },
    beats: [{ beat_id: "b01", fields: [{ pointer: "/duration_s", before: 4, after: 5 }] }],
    changes: [{ pointer: "/title", before: "T", after: "U" }],
  });
  await versionsAre("application/json", "asset", both);
  expect(comparison.parse(await compare())).toMatchObject({
    kind: "json",
    changes: [{ pointer: "/title" }, { pointer: "/beats/0/duration_s" }],
  });
});

it("compares media by what was measured, and names what was not", async () => {
  bench.objects.localPath = async () => "/objects/still";
  await versionsAre("image/png", "asset", ["small", "larger"]);
  expect(comparison.parse(await compare())).toMatchObject({
    kind: "media",
    measured: [
      { name: "size", unit: "bytes", before: 5, after: 6 },
      { name: "width", unit: "px", before: 320, after: 320 },
    ],
    between: [{ name: "ssim", unit: "", value: 0.9 }],
    not_measured: ["loudness"],
  });
});

it("compares as text what does not parse as what it should be", async () => {
  await versionsAre("application/json", "storyboard", ["{}\n", "{not json\n"]);
  expect(comparison.parse(await compare())).toMatchObject({ kind: "text", added_lines: 1, removed_lines: 1 });
});

it("stops comparing when the client goes away", async () => {
  const asked = Promise.withResolvers<AbortSignal>();
  const own = await httpBench(
    {},
    {
      comparer: {
        compare: (_from, _to, signal) => {
          asked.resolve(signal);
          return new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason), { once: true });
          });
        },
      },
    },
  );
  try {
    own.store.jobs.set(JOB, waitingJob(JOB, [script]));
    const stored = await own.objects.put(Buffer.from("x"));
    own.store.versions.set(`${JOB} ${script.id}`, [{ ...script, version: 1, ...stored }]);
    const client = new AbortController();
    const url = `${await own.listen()}/api/v1/jobs/${JOB}/artifacts/${script.id}/compare`;
    const answer = fetch(url, { headers: AUTH, signal: client.signal }).catch((error: unknown) => error);
    const signal = await asked.promise;
    expect(signal.aborted).toBe(false);
    client.abort();
    await answer;
    await expect.poll(() => signal.aborted).toBe(true);
    expect(own.logged.filter(({ level }) => level === "error")).toEqual([]);
  } finally {
    await own.close();
  }
});

it("refuses to compare what is not there", async () => {
  await versionsAre("text/markdown", "script", ["one", "two"]);
  expect(problem.parse(await compare("?from=1&to=3")).code).toBe("artifact_not_found");
  expect(problem.parse(await compare("", uuidAt(START, 99))).code).toBe("artifact_not_found");
  expect(problem.parse(await compare("?from=0")).code).toBe("invalid_field");
});
