import { readFileSync } from "node:fs";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import { render } from "@greenlight/contract/render";
import type { Storyboard } from "@greenlight/contract/storyboard";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { executeStage } from "../app/execute-stage.ts";
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

async function draw(feedback: readonly FeedbackNote[]) {
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
