import type { Patch } from "@greenlight/contract/patch";
import { sceneSpec } from "@greenlight/media/scene/scene-spec";
import { beforeEach, expect, it } from "vitest";
import { openMemoryStore } from "../adapters/store/memory.ts";
import { Rejection } from "../domain/commands.ts";
import { fixtureArtifact, fixtureJob } from "../domain/testing/fixtures.ts";
import type { ObjectStore } from "./ports/object-store.ts";
import { preparePatch } from "./prepare-patch.ts";

const UPLOAD = "01936f5e-7c00-7000-8000-000000000000";
const BOARD = {
  slug: "tide",
  title: "Tide",
  language: "en",
  fps: 30,
  width: 320,
  height: 180,
  beats: [
    {
      id: "b01",
      section: "One",
      narration: "The tide turns.",
      duration_s: 4,
      speech_s: 2.5,
      visual: { kind: "statement", text: "The tide turns" },
      on_screen_text: "",
      motion: "push_in",
      transition: "cut",
      citations: [],
    },
  ],
};

let stored: Uint8Array[];
let pictures: string[];
let deps: Parameters<typeof preparePatch>[3];
beforeEach(() => {
  stored = [];
  pictures = [];
  const objects = {
    read: async () => new TextEncoder().encode(JSON.stringify(BOARD)),
    localPath: async (sha256: string) => `/objects/${sha256}`,
    put: async (data: Uint8Array) => {
      stored.push(data);
      return { sha256: "f".repeat(64), size_bytes: data.length };
    },
  } as unknown as ObjectStore;
  const picture = async (path: string) => {
    pictures.push(path);
    if (path.endsWith("torn")) throw new Rejection("media_unreadable", "torn");
  };
  const clip = async (path: string) => {
    pictures.push(path);
    if (path.endsWith("endless")) throw new Rejection("media_not_usable", "too long");
  };
  const stills = { draw: async (scene: unknown) => new TextEncoder().encode(JSON.stringify(scene)) };
  // Half a second a word.
  const narration = {
    seconds: async (texts: readonly string[]) => texts.map((t) => t.split(/\s+/).length / 2),
  };
  deps = { objects, scene: sceneSpec, stills, narration, store: openMemoryStore(), media: { picture, clip } };
});

const state = fixtureJob(1, {
  artifacts: [
    fixtureArtifact(1, {
      stage: "storyboard",
      kind: "storyboard",
      name: "storyboard.json",
      media_type: "application/json",
    }),
    fixtureArtifact(2, { stage: "assets", kind: "asset", name: "b01.png", media_type: "image/png" }),
    fixtureArtifact(3, { stage: "audio", kind: "mix", name: "mix.wav", media_type: "audio/wav" }),
  ],
});

async function codeOf(patch: Patch, stage: string): Promise<string> {
  try {
    await preparePatch(patch, stage, state, deps);
    return "taken";
  } catch (error) {
    if (error instanceof Rejection) return error.code;
    throw error;
  }
}

async function refusalOf(patch: Patch, stage: string, job = state, given = deps): Promise<Rejection> {
  const refused = await preparePatch(patch, stage, job, given).catch((error: unknown) => error);
  if (!(refused instanceof Rejection)) throw new Error("the patch was taken");
  return refused;
}

async function upload(media_type: string, sha256: string) {
  const record = {
    upload_id: UPLOAD,
    path: "x",
    sha256,
    size_bytes: 1,
    media_type,
    created_at: "2026-01-01T00:00:00.000Z",
  };
  await deps.store.saveUpload(record);
}

it("takes a picture for a beat only if it can be read and the beat exists", async () => {
  const patch = { type: "asset_replace", beat_id: "b01", upload_id: UPLOAD } as const;
  expect(await codeOf(patch, "assets")).toBe("upload_not_found");
  await upload("image/png", "good");
  expect(await codeOf(patch, "assets")).toBe("taken");
  expect(pictures).toEqual(["/objects/good"]);
  expect(await codeOf({ ...patch, beat_id: "b99" }, "assets")).toBe("patch_target_missing");
  expect(await codeOf(patch, "audio")).toBe("patch_not_applicable");
});

it("takes a video for a beat once it was found to be one that can be shown", async () => {
  await upload("video/webm", "film");
  const patch = { type: "asset_replace", beat_id: "b01", upload_id: UPLOAD } as const;
  expect(await codeOf(patch, "assets")).toBe("taken");
  expect(pictures).toEqual(["/objects/film"]);
});

it.each([
  ["text/plain", "words", "patch_invalid"],
  ["audio/mpeg", "sound", "patch_invalid"],
  ["video/mp4", "endless", "media_not_usable"],
  ["image/png", "torn", "media_unreadable"],
])("refuses %s (%s) before anything is recorded", async (media_type, sha256, code) => {
  await upload(media_type, sha256);
  expect(await codeOf({ type: "asset_replace", beat_id: "b01", upload_id: UPLOAD }, "assets")).toBe(code);
});

it("changes levels of a track, or of the voice in one beat", async () => {
  const level = { type: "level_adjust", level_change_db: -3 } as const;
  expect(await codeOf({ ...level, track: "music" }, "audio")).toBe("patch_target_missing");
  const music = fixtureArtifact(4, {
    stage: "audio",
    kind: "music",
    name: "music.wav",
    media_type: "audio/wav",
  });
  const withMusic = { ...state, artifacts: [...state.artifacts, music] };
  expect((await preparePatch({ ...level, track: "music" }, "audio", withMusic, deps)).effect.kind).toBe(
    "rebuild",
  );
  expect(await codeOf({ ...level, beat_id: "b01" }, "audio")).toBe("taken");
  expect(await codeOf({ ...level, beat_id: "b01", track: "music" }, "audio")).toBe("patch_not_applicable");
  expect(await codeOf({ ...level, level_change_db: 0 }, "audio")).toBe("patch_no_change");
});

it("does not take the picture that a beat shows already, or is about to show", async () => {
  const patch = { type: "asset_replace", beat_id: "b01", upload_id: UPLOAD } as const;
  await upload("image/png", "good");
  const scene = fixtureArtifact(4, {
    ...{ stage: "assets", kind: "asset", name: "b01.json", media_type: "application/json", sha256: "scene" },
  });
  const standing = (status: "completed" | "stale", shows: string, patches: Patch[]) => {
    const job = { ...state, artifacts: [...state.artifacts, scene] };
    const stages = job.stages.map((s) => (s.id === "assets" ? { ...s, status, patches } : s));
    const read = async (sha256: string) =>
      sha256 === "scene" ? new TextEncoder().encode(`{"id":"${shows}"}`) : deps.objects.read(sha256);
    const over = { ...deps, objects: { ...deps.objects, read } as ObjectStore };
    return preparePatch(patch, "assets", { ...job, stages }, over).then(
      ({ effect }) => effect.kind,
      (error: Rejection) => [error.code, error.errors[0]?.pointer],
    );
  };
  const refused = ["patch_no_change", "/upload_id"];
  expect(await standing("completed", "good", [])).toEqual(refused);
  expect(await standing("completed", "other", [patch])).toBe("rebuild");
  expect(await standing("stale", "other", [patch])).toEqual(refused);
  expect(await standing("stale", "good", [])).toBe("rebuild");
});

it("edits a storyboard only to what it may be", async () => {
  const adjust = (duration: number, beat_id = "b01"): Patch => ({
    type: "duration_adjust",
    beat_adjustments: [{ beat_id, duration }],
  });
  expect(await codeOf(adjust(6), "storyboard")).toBe("taken");
  expect(JSON.parse(new TextDecoder().decode(stored[0])).beats[0].duration_s).toBe(6);
  expect(await codeOf(adjust(2), "storyboard")).toBe("patch_too_short");
  expect(await codeOf(adjust(4), "storyboard")).toBe("patch_no_change");
  const measured = { ...BOARD, beats: BOARD.beats.map((b) => ({ ...b, speech_s: 0.1 })) };
  expect(await codeOf({ type: "replace", content: measured }, "storyboard")).toBe("patch_no_change");
  expect(await codeOf(adjust(6, "b02"), "storyboard")).toBe("patch_target_missing");
  expect(await codeOf({ type: "replace", content: { beats: [] } }, "storyboard")).toBe(
    "patch_invalid_result",
  );
  expect(stored).toHaveLength(1);
});

it.each<[Patch, string, string]>([
  [{ type: "beat_edit", beat_id: "b99", set: { narration: "x" } }, "storyboard", "/beat_id"],
  [
    {
      type: "duration_adjust",
      beat_adjustments: [
        { beat_id: "b01", duration: 9 },
        { beat_id: "b99", duration: 9 },
      ],
    },
    "storyboard",
    "/beat_adjustments/1/beat_id",
  ],
  [{ type: "level_adjust", level_change_db: 3, beat_id: "b99" }, "audio", "/beat_id"],
  [{ type: "level_adjust", level_change_db: 3 }, "storyboard", "/type"],
  [{ type: "text_replace", replacements: [{ old: "a", new: "b" }] }, "storyboard", "/type"],
  [{ type: "asset_replace", beat_id: "b01", upload_id: UPLOAD }, "assets", "/upload_id"],
])("points at the field of %j that is at fault", async (patch, stage, pointer) => {
  const { errors } = await refusalOf(patch, stage);
  expect(errors).toMatchObject([{ pointer, remedy: expect.stringMatching(/./) }]);
});

it.each<[string, Patch, string, string | undefined]>([
  [
    "a beat too short for its words",
    { type: "json_patch", operations: [{ op: "replace", path: "/beats/0/duration_s", value: 2 }] },
    "patch_too_short",
    "/beats/0/duration_s",
  ],
  [
    "words too long for their beat",
    {
      type: "replace",
      content: { ...BOARD, beats: BOARD.beats.map((b) => ({ ...b, narration: "tide ".repeat(9).trim() })) },
    },
    "patch_too_short",
    "/beats/0/duration_s",
  ],
  [
    "two beats of one id",
    { type: "json_patch", operations: [{ op: "copy", from: "/beats/0", path: "/beats/-" }] },
    "patch_invalid_result",
    "/beats",
  ],
  ["no beats", { type: "replace", content: { ...BOARD, beats: [] } }, "patch_invalid_result", "/beats"],
])("refuses a storyboard with %s", async (_, patch, code, pointer) => {
  const refused = await refusalOf(patch, "storyboard");
  expect([refused.code, refused.errors[0]?.pointer]).toEqual([code, pointer]);
  expect(stored).toEqual([]);
});

it("asks which of several outputs a patch is for, and names them", async () => {
  const two = fixtureJob(1, {
    artifacts: ["b01.json", "b02.json"].map((name, n) =>
      fixtureArtifact(n + 1, { stage: "assets", kind: "asset", name, media_type: "application/json" }),
    ),
  });
  const operations = [{ op: "replace" as const, path: "/title", value: "Sea" }];
  for (const patch of [
    { type: "json_patch", operations },
    { type: "replace", content: {} },
  ] satisfies Patch[]) {
    const refused = await refusalOf(patch, "assets", two);
    expect(refused.code).toBe("patch_target_missing");
    expect(refused.errors).toMatchObject([
      { pointer: "/artifact", remedy: "give one of: b01.json, b02.json" },
    ]);
  }
  const named = await preparePatch(
    { type: "json_patch", operations, artifact: "b02.json" },
    "assets",
    two,
    deps,
  );
  expect(named.effect).toMatchObject({ artifact_id: two.artifacts[1]?.id });
});

it("keeps a scene one that can be drawn, and other assets in their own form", async () => {
  const scene = {
    ...{ beat_id: "b01", kind: "statement", width: 320, height: 180, duration_s: 4 },
    ...{
      background: { colour: "#102030", glows: [], drift: [0, 0] },
      motion: "push_in",
      push: 1,
      layers: [],
    },
  };
  expect(sceneSpec.safeParse(scene).success).toBe(true);
  const one = fixtureJob(1, {
    artifacts: [
      fixtureArtifact(1, {
        stage: "assets",
        kind: "asset",
        name: "b01.json",
        media_type: "application/json",
      }),
    ],
  });
  const paint = (colour: string): Patch => ({
    type: "json_patch",
    operations: [{ op: "add", path: "/background/colour", value: colour }],
  });
  const read = (value: unknown) => async () => new TextEncoder().encode(JSON.stringify(value));
  const over = (value: unknown) => ({ ...deps, objects: { ...deps.objects, read: read(value) } });
  const refused = await refusalOf(paint("red"), "assets", one, over(scene));
  expect([refused.code, refused.errors[0]?.pointer]).toEqual(["patch_invalid_result", "/background/colour"]);
  expect((await preparePatch(paint("#000000"), "assets", one, over(scene))).effect.kind).toBe("content");
  const foreign = over({ background: {} });
  expect((await preparePatch(paint("red"), "assets", one, foreign)).effect.kind).toBe("content");
});
