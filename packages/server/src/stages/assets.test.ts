import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import { render } from "@greenlight/contract/render";
import type { Storyboard } from "@greenlight/contract/storyboard";
import { makeClip } from "@greenlight/media/measure/testing/make-clip";
import { sceneSpec } from "@greenlight/media/scene/scene-spec";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { executeStage } from "../app/execute-stage.ts";
import type { StageRequest } from "../app/ports/stage-executor.ts";
import { openWorkshop } from "../app/testing/engine.ts";
import { fixtureCfg } from "../domain/testing/fixtures.ts";
import { assets } from "./assets.ts";

const RENDER = render.parse(
  parse(readFileSync(new URL("../../../../conf/render.yaml", import.meta.url), "utf8"), { merge: true }),
);
const beat = (id: string, text: string): Storyboard["beats"][number] => ({
  id,
  section: "Why",
  narration: "",
  duration_s: 3,
  speech_s: 0,
  visual: { kind: "statement", text },
  on_screen_text: text,
  motion: "push_in",
  transition: "cut",
  citations: [],
});
const BOARD: Storyboard = {
  slug: "tides",
  title: "Tides",
  language: "en",
  fps: 30,
  width: 320,
  height: 180,
  beats: [beat("b01", "The Moon pulls"), beat("b02", "The sea rises"), beat("b03", "The sea falls")],
};

let shop: Awaited<ReturnType<typeof openWorkshop>>;
beforeEach(async () => {
  shop = await openWorkshop([]);
});
afterEach(() => shop.remove());

async function draw(
  feedback: readonly FeedbackNote[],
  more: Partial<Pick<StageRequest, "patches" | "uploads">> = {},
) {
  const stored = await shop.objects.put(new TextEncoder().encode(JSON.stringify(BOARD)));
  const outcome = await executeStage(
    {
      job: { id: "j", slug: "tides", intent: "i" },
      stage: "assets",
      uses: "assets",
      with: {},
      attempt: 1,
      token: 1,
      cfg: { ...fixtureCfg(), render: RENDER },
      feedback,
      patches: [],
      uploads: {},
      inputs: [
        {
          stage: "storyboard",
          kind: "storyboard",
          name: "storyboard.json",
          ...stored,
          media_type: "application/json",
          meta: { made_by: "test" },
        },
      ],
      timeout_s: 60,
      ...more,
    },
    { ...shop.deps, adapters: new Map([["assets", { ...assets, params: { parse: () => ({}) } }]]) },
    { progress() {}, log() {} },
    new AbortController().signal,
  );
  if (outcome.ok !== true) throw new Error(JSON.stringify(outcome));
  return outcome;
}

it("draws only the rejected beat anew, each time unlike the last, and tells of words it cannot follow", async () => {
  const first = await draw([]);
  expect(first).toMatchObject({ items_built: 3, items_reused: 0 });
  const again = await draw([{ beat_id: "b02", notes: "warmer" }]);
  expect(again).toMatchObject({ items_built: 1, items_reused: 2 });
  const changed = again.outputs.filter((output, i) => output.sha256 !== first.outputs[i]?.sha256);
  expect(changed.map(({ name }) => name)).toEqual(["b02.json", "b02.png"]);
  expect(changed[0]?.meta).toMatchObject({ feedback_unmet: [expect.stringMatching(/^b02: “warmer” /u)] });
  const third = await draw([
    { beat_id: "b02", notes: "" },
    { beat_id: "b02", notes: "" },
  ]);
  expect(third).toMatchObject({ items_built: 1, items_reused: 2 });
  expect(third.outputs[2]?.sha256).not.toBe(again.outputs[2]?.sha256);
  const named = await draw([{ beat_id: null, notes: "b02: another picture" }]);
  expect(named).toMatchObject({ items_built: 0, items_reused: 3 });
  expect(named.outputs[2]?.sha256).toBe(again.outputs[2]?.sha256);
});

it("shows a video in one beat, draws only that beat anew, and says what becomes of its sound and end", async () => {
  const first = await draw([]);
  const file = join(tmpdir(), `greenlight-assets-${process.pid}.mp4`);
  // Bright for its second half, which the still at 0.8 of the beat shows.
  const paint = (luma: Uint8Array, t: number) => luma.fill(t < 1 ? 40 : 200);
  await makeClip({ file, length_s: 2, fps: 10, width: 64, height: 64, paint, sound: () => 0 });
  const upload_id = "01936f5e-7c00-7000-8000-000000000000";
  const upload = {
    ...{ upload_id, path: "tide.mp4", media_type: "video/mp4", created_at: "2026-01-01T00:00:00.000Z" },
    ...(await shop.objects.putFile(file)),
  };
  const shown = await draw([], {
    patches: [{ type: "asset_replace", beat_id: "b02", upload_id }],
    uploads: { [upload_id]: upload },
  });
  expect(shown).toMatchObject({ items_built: 1, items_reused: 2 });
  const known = new Set(first.outputs.map(({ sha256 }) => sha256));
  const changed = shown.outputs.filter(({ sha256 }) => !known.has(sha256));
  expect(changed.map(({ name }) => name)).toEqual(["b02.json", "b02.png", "b02-video"]);
  const [scene, still, video] = changed;
  expect(video).toMatchObject({ sha256: upload.sha256, media_type: "video/mp4", meta: { beat_id: "b02" } });
  expect(video?.meta.note).toBe(
    "the video's own sound is not used; it is 2.0 s long, so its last picture stays for 1.0 s",
  );
  const read = async (sha256 = "") => Buffer.from(await shop.objects.read(sha256));
  const spec = sceneSpec.parse(JSON.parse(String(await read(scene?.sha256))));
  expect(spec.layers).toMatchObject([{ type: "video", id: upload.sha256, from_s: 0, length_s: 2 }]);
  const ctx = createCanvas(320, 180).getContext("2d");
  ctx.drawImage(await loadImage(await read(still?.sha256)), 0, 0);
  expect(ctx.getImageData(160, 90, 1, 1).data[0]).toBeGreaterThan(180);
});
