import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageSize } from "@greenlight/media/scene/image-size";
import { sceneSpec } from "@greenlight/media/scene/scene-spec";
import { expect, it } from "vitest";
import { createStillDrawer } from "./still-drawer.ts";
import { mediaProcesses } from "./testing/media-processes.ts";

const drawer = createStillDrawer(mediaProcesses());
const ENTER = { enter: { kind: "fade", at_s: 0, duration_s: 0.4 }, leave_s: null, depth: 0 };
const scene = (background: string, layers: object[] = []) =>
  sceneSpec.parse({
    ...{ beat_id: "b01", kind: "statement", width: 320, height: 180, duration_s: 4 },
    ...{ background: { colour: background, glows: [], drift: [0, 0] }, motion: "push_in", push: 1, layers },
  });
const nowhere = async () => "";

it("draws what a scene shows in its size, the same each time", async () => {
  const [dark, again, light] = await Promise.all(
    ["#101010", "#101010", "#f0f0f0"].map((colour) => drawer.draw(scene(colour), nowhere)),
  );
  expect(again).toEqual(dark);
  expect(light).not.toEqual(dark);
  const folder = mkdtempSync(join(tmpdir(), "greenlight-still-"));
  writeFileSync(join(folder, "still.png"), dark ?? "");
  expect(await imageSize(join(folder, "still.png"))).toMatchObject({ width: 320, height: 180 });
  rmSync(folder, { recursive: true });
});

it("says what cannot be drawn", async () => {
  const picture = { type: "image", id: "x", box: { x: 0, y: 0, width: 9, height: 9 }, ...ENTER };
  const asked: string[] = [];
  const missing = drawer.draw(scene("#101010", [picture, picture]), async (id) => {
    asked.push(id);
    return "/nowhere.png";
  });
  await expect(missing).rejects.toMatchObject({ code: "media_unreadable", message: /^b01 cannot be drawn/ });
  expect(asked).toEqual(["x"]);
  const text = {
    ...{ type: "text", role: "body", box: picture.box, behind: "#101010", count: null, direction: "ltr" },
    ...{ font: { family: "sans", weight: 400, size_px: 20, tracking: 0 }, ...ENTER },
    runs: [{ text: "ᐃᓄᒃ", x: 0, y: 20, colour: "#ffffff" }],
  };
  await expect(drawer.draw(scene("#101010", [text]), nowhere)).rejects.toMatchObject({
    code: "script_not_drawable",
  });
});

it("says that it could not be drawn now when that takes longer than it may", async () => {
  const hurried = createStillDrawer(mediaProcesses({ timeout_ms: 1 }));
  await expect(hurried.draw(scene("#101010"), nowhere)).rejects.toMatchObject({ code: "unavailable" });
});
