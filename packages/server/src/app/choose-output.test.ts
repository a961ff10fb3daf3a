import type { Patch } from "@greenlight/contract/patch";
import { sceneSpec } from "@greenlight/media/scene/scene-spec";
import { describe, expect, it } from "vitest";
import { openMemoryStore } from "../adapters/store/memory.ts";
import { Rejection } from "../domain/commands.ts";
import { fixtureArtifact, fixtureJob } from "../domain/testing/fixtures.ts";
import type { ObjectStore } from "./ports/object-store.ts";
import { preparePatch } from "./prepare-patch.ts";

const JSON_TYPE = "application/json";
const out = (stage: string, kind: "script" | "timing" | "captions" | "acceptance_report", name: string) =>
  fixtureArtifact(name.length * 31 + stage.length, {
    ...{ stage, kind, name },
    media_type:
      { json: JSON_TYPE, srt: "application/x-subrip", vtt: "text/vtt", html: "text/html" }[
        name.split(".")[1] ?? ""
      ] ?? "text/markdown",
  });
const job = fixtureJob(1, {
  artifacts: [
    out("script", "script", "one.md"),
    out("script", "script", "second.md"),
    out("audio", "timing", "timing.json"),
    out("audio", "captions", "captions.srt"),
    out("audio", "captions", "captions.vtt2.vtt"),
    out("assets", "acceptance_report", "acceptance.json"),
    out("assets", "acceptance_report", "acceptance.html"),
  ],
});

async function refusal(patch: Patch, stage: string): Promise<[string, string, unknown]> {
  const objects = { read: async () => new TextEncoder().encode("{}") } as unknown as ObjectStore;
  const unused = async () => new Uint8Array();
  const refused = await preparePatch(patch, stage, job, {
    ...{
      objects,
      scene: sceneSpec,
      stills: { draw: unused },
      narration: { seconds: async () => [] },
      store: openMemoryStore(),
    },
    media: { picture: async () => {}, clip: async () => {} },
  }).catch((error: unknown) => error);
  if (!(refused instanceof Rejection)) throw new Error("the patch was taken");
  return [refused.code, refused.message, refused.errors[0]];
}

const replace = (artifact?: string): Patch => ({
  type: "replace",
  content: "x",
  ...(artifact && { artifact }),
});
const point = (artifact?: string): Patch => ({
  ...{ type: "json_patch", operations: [{ op: "replace", path: "/verdict", value: "PASS" }] },
  ...(artifact && { artifact }),
});

describe("what is measured or follows from the voice", () => {
  it.each<[string, string, Patch, string, string]>([
    ["a report", "assets", point(), "/type", "patch what it measured"],
    ["a report by its name", "assets", point("acceptance.json"), "/artifact", "patch what it measured"],
    ["a whole report", "assets", replace("acceptance.json"), "/artifact", "patch what it measured"],
    ["the page of a report", "assets", replace("acceptance.html"), "/artifact", "patch what it measured"],
    ["captions", "audio", replace("captions.srt"), "/artifact", "edit the narration of their beat"],
    ["the clock", "audio", point("timing.json"), "/artifact", "adjust durations"],
    ["whatever it is", "audio", point(), "/type", "adjust durations"],
  ])("%s is not edited but at its source", async (_, stage, patch, pointer, remedy) => {
    const [code, message, error] = await refusal(patch, stage);
    expect(code).toBe("patch_not_applicable");
    expect(message).toContain(remedy);
    expect(error).toMatchObject({ pointer, remedy: expect.stringContaining(remedy) });
  });
});

describe("several outputs that fit", () => {
  it.each<[string, Patch, string, string]>([
    ["replace", replace(), "/artifact", "give one of: one.md, second.md"],
    [
      "text_replace",
      { type: "text_replace", replacements: [{ old: "a", new: "b" }] },
      "/type",
      "use replace with artifact: one of one.md, second.md",
    ],
    [
      "section_replace",
      { type: "section_replace", section_marker: "a", new_section: "b" },
      "/type",
      "use replace with artifact: one of one.md, second.md",
    ],
  ])("%s names them and changes none by guess", async (_, patch, pointer, remedy) => {
    const [code, , error] = await refusal(patch, "script");
    expect([code, error]).toMatchObject(["patch_target_missing", { pointer, remedy }]);
  });
});

it("names what there is where a name is wrong, and points at a type that does not fit", async () => {
  expect((await refusal(replace("three.md"), "script"))[2]).toMatchObject({
    pointer: "/artifact",
    remedy: "give one of: one.md, second.md",
  });
  expect(
    await refusal({ type: "beat_edit", beat_id: "b01", set: { narration: "x" } }, "script"),
  ).toMatchObject(["patch_not_applicable", "beat_edit does not fit what script makes", { pointer: "/type" }]);
});
