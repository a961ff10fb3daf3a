import type { Patch } from "@greenlight/contract/patch";
import { beforeEach, expect, it } from "vitest";
import { openMemoryStore } from "../adapters/store/memory.ts";
import { Rejection } from "../domain/commands.ts";
import { fixtureArtifact, fixtureJob } from "../domain/testing/fixtures.ts";
import type { ObjectStore } from "./ports.ts";
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
  deps = { objects, store: openMemoryStore(), media: { picture } };
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

it.each([
  ["video/mp4", "film", "unsupported_media_type"],
  ["image/png", "torn", "media_unreadable"],
])("refuses %s (%s) before anything is recorded", async (media_type, sha256, code) => {
  await upload(media_type, sha256);
  expect(await codeOf({ type: "asset_replace", beat_id: "b01", upload_id: UPLOAD }, "assets")).toBe(code);
});

it("changes levels of a track, or of the voice in one beat", async () => {
  const level = { type: "level_adjust", level_change_db: -3 } as const;
  expect(await codeOf({ ...level, track: "music" }, "audio")).toBe("taken");
  expect(await codeOf({ ...level, beat_id: "b01" }, "audio")).toBe("taken");
  expect(await codeOf({ ...level, beat_id: "b01", track: "music" }, "audio")).toBe("patch_not_applicable");
  expect(await codeOf({ ...level, level_change_db: 0 }, "audio")).toBe("patch_no_change");
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
  expect(await codeOf(adjust(6, "b02"), "storyboard")).toBe("patch_target_missing");
  expect(await codeOf({ type: "replace", content: { beats: [] } }, "storyboard")).toBe(
    "patch_invalid_result",
  );
  expect(stored).toHaveLength(1);
});
