import type { ArtifactKind } from "@greenlight/contract/artifact";
import { expect, it } from "vitest";
import { Rejection } from "../domain/commands.ts";
import type { EditPatch } from "../domain/patches.ts";
import { fixtureCfg } from "../domain/testing/fixtures.ts";
import { editOutput } from "./edit-output.ts";
import { openEngine } from "./testing/engine.ts";

const BEAT = {
  ...{ id: "b01", section: "One", narration: "", duration_s: 4, speech_s: 0, citations: [] },
  ...{ visual: { kind: "statement", text: "x" }, on_screen_text: "", motion: "push_in", transition: "cut" },
};
const BOARD = {
  ...{ slug: "tide", title: "Tide", language: "en", fps: 30, width: 320, height: 180 },
  beats: [BEAT],
};
const FILE = { sha256: "1".repeat(64), size_bytes: 9, media_type: "image/png" };

/** What an edit answers: where it is refused, or nothing. */
async function pointers(kind: ArtifactKind, content: string, patch: EditPatch) {
  const name = kind === "script" ? "script.md" : "storyboard.json";
  const media_type = kind === "script" ? "text/markdown" : "application/json";
  const engine = await openEngine({ adapters: [] });
  try {
    const { sha256 } = await engine.objects.put(new TextEncoder().encode(content));
    const cfg = { ...fixtureCfg(), files: { "tide.png": FILE } } as ReturnType<typeof fixtureCfg>;
    await editOutput(patch, kind, [{ kind, name, media_type, sha256 }], cfg, engine);
    return [];
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    expect(error.code).toBe("patch_invalid_result");
    return error.errors?.map(({ pointer }) => pointer);
  } finally {
    await engine.close();
  }
}

const put = (path: string, value: unknown): EditPatch =>
  ({ type: "json_patch", operations: [{ op: "replace", path, value }] }) as EditPatch;

it.each([
  [put("/width", 321), ["/width"]],
  [put("/height", 181), ["/height"]],
  [put("/width", 322), []],
  [put("/beats/0/visual", { kind: "image", src: "nosuch.png" }), ["/beats/0/visual/src"]],
  [put("/beats/0/visual", { kind: "image", src: "constructor" }), ["/beats/0/visual/src"]],
  [put("/beats/0/visual", { kind: "image", src: "tide.png" }), []],
])("refuses what no stage could make of a storyboard %#", async (patch, expected) => {
  expect(await pointers("storyboard", JSON.stringify(BOARD), patch)).toEqual(expected);
});

it("leaves alone what stood before the patch", async () => {
  const visual = { kind: "image", src: "gone.png" };
  const board = { ...BOARD, width: 321, beats: [{ ...BEAT, visual }] };
  expect(await pointers("storyboard", JSON.stringify(board), put("/title", "Tides"))).toEqual([]);
});

it.each([
  ["", [""]],
  ["🌊 🌊!\n", [""]],
  ["潮汐。", []],
])("takes a script only with words in it: %j", async (content, expected) => {
  expect(await pointers("script", "# Tide\n\nIt turns.\n", { type: "replace", content })).toEqual(expected);
});
