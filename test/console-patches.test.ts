/** The console's forms for changing an output, in a real browser: each sends the patch it shows, and the server's output is what was asked for. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Job } from "@greenlight/contract/job";
import { type Storyboard, storyboard } from "@greenlight/contract/storyboard";
import { makeClip } from "@greenlight/media/measure/testing/make-clip";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Desk, openDesk } from "./support/console-desk.ts";
import { accessibilityFaults } from "./support/console-page.ts";
import { openBrowser } from "./support/open-browser.ts";

const opened = await openBrowser();

describe.skipIf(!("browser" in opened))("the console's patch forms", () => {
  let desk: Desk;
  let scratch: string;
  beforeAll(async () => {
    if (!("browser" in opened)) throw new Error(opened.reason);
    [desk, scratch] = await Promise.all([
      openDesk(opened.browser),
      mkdtemp(join(tmpdir(), "greenlight-forms-")),
    ]);
  });
  afterEach(() => expect(desk.takeFaults(), "what the browser complained about").toEqual([]));
  afterAll(async () => {
    await desk?.close();
    await rm(scratch, { recursive: true, force: true });
  });

  const read = async (job: Job, name: string): Promise<string> => {
    const found = (await desk.api("admin").artifacts(job.id)).find((artifact) => artifact.name === name);
    if (!found) throw new Error(`the job has no ${name}`);
    return (await desk.api("admin").content(job.id, found.id)).text();
  };
  const boardOf = async (job: Job): Promise<Storyboard> =>
    storyboard.parse(JSON.parse(await read(job, "storyboard.json")));
  const open = async (job: Job, stage: string, kind: string): Promise<Page> => {
    const page = await desk.open("rita", `/jobs/${job.id}`);
    await page.getByText(`Change the ${stage} yourself`).click();
    await page.getByText(kind, { exact: true }).click();
    return page;
  };
  /** Applies the form; resolves with the patch that was sent, once the server has taken it. */
  const apply = async (page: Page): Promise<unknown> => {
    const taken = page.waitForResponse(/\/patches\/\w+\/apply$/);
    await page.getByRole("button", { name: "Apply, look again", exact: true }).click();
    const response = await taken;
    expect(response.status()).toBe(200);
    return response.request().postDataJSON();
  };

  test("replaces the whole of a script", async () => {
    const job = await desk.jobAt("script");
    const before = await read(job, "script.md");
    const page = await open(job, "script", "Replace all of it");
    const text = page.getByLabel("New text");
    await expect.poll(() => text.inputValue()).toBe(before);
    const after = before.replace("decades", "a century");
    await text.fill(after);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await apply(page)).toEqual({ type: "replace", artifact: "script.md", content: after });
    expect(await read(job, "script.md")).toBe(after);
  });

  test("edits the fields of one beat and sends no other", async () => {
    const job = await desk.jobAt("storyboard");
    const before = await boardOf(job);
    const page = await open(job, "storyboard", "Edit a beat");
    await page.getByLabel("Beat", { exact: true }).selectOption("b02");
    await page.getByLabel("On screen").fill("Keeps for decades");
    await page.getByLabel("Motion").selectOption("drift_left");
    await page.getByLabel("Visual (JSON)").fill('{ "kind": "no such kind" }');
    expect(await page.getByLabel("Visual (JSON)").getAttribute("aria-invalid")).toBe("true");
    await page
      .getByLabel("Visual (JSON)")
      .fill(JSON.stringify({ kind: "statement", text: "Keeps for decades" }));
    expect(await accessibilityFaults(page)).toEqual([]);
    const set = {
      on_screen_text: "Keeps for decades",
      motion: "drift_left",
      visual: { kind: "statement", text: "Keeps for decades" },
    };
    expect(await apply(page)).toEqual({ type: "beat_edit", beat_id: "b02", set });
    const after = await boardOf(job);
    expect(after.beats[1]).toMatchObject(set);
    expect(after.beats.filter((beat) => beat.id !== "b02")).toEqual(
      before.beats.filter((beat) => beat.id !== "b02"),
    );
  });

  test("sends operations of a JSON patch, after saying what is wrong with them", async () => {
    const job = await desk.jobAt("storyboard");
    const page = await open(job, "storyboard", "JSON patch (RFC 6902)");
    const field = page.getByLabel("Operations");
    await field.fill('[{ "op": "replace" }]');
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    const operations = [
      { op: "test", path: "/slug", value: job.slug },
      { op: "replace", path: "/beats/0/on_screen_text", value: "Honey" },
    ];
    await field.fill(JSON.stringify(operations));
    expect(await field.getAttribute("aria-invalid")).toBe("false");
    expect(await apply(page)).toEqual({ type: "json_patch", operations, artifact: "storyboard.json" });
    expect((await boardOf(job)).beats[0]?.on_screen_text).toBe("Honey");
  });

  test("shows a video before it is uploaded, and plays it in its beat's place with what becomes of it", async () => {
    const job = await desk.jobAt("assets");
    const file = join(scratch, "wave.mp4");
    const paint = (luma: Uint8Array, t: number) => luma.fill(60 + Math.round(t * 40));
    await makeClip({ file, length_s: 1, fps: 15, width: 160, height: 90, paint, sound: () => 0.1 });
    const page = await open(job, "assets", "Another picture or video");
    await page.getByLabel("Beat", { exact: true }).selectOption("b02");
    await page.getByLabel("Picture or video", { exact: true }).setInputFiles(file);
    const preview = page.getByLabel("Preview of wave.mp4");
    await expect
      .poll(() => preview.evaluate((video: HTMLVideoElement) => video.videoWidth), { timeout: 10_000 })
      .toBe(160);
    await page.getByText("Its own sound is not used.").waitFor();
    await page.getByText(/^b02 is [\d.]+ s long: its last picture is held for [\d.]+ s\.$/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const sent = await apply(page);
    expect(sent).toMatchObject({ type: "asset_replace", beat_id: "b02", upload_id: expect.any(String) });
    await page
      .getByText(/the video's own sound is not used; it is 1\.0 s long, so its last picture/)
      .waitFor();
    const shown = page.locator("li", { hasText: "b02-video" }).locator("video");
    await expect
      .poll(() => shown.evaluate((video: HTMLVideoElement) => video.videoWidth), { timeout: 10_000 })
      .toBe(160);
    const { artifacts } = await desk.api("admin").job(job.id);
    expect(artifacts.filter(({ name }) => name.startsWith("b02-video"))).toHaveLength(1);
  });

  test("turns the music down, and compares what came of it", async () => {
    const job = await desk.jobAt("audio");
    const page = await open(job, "audio", "Loudness");
    await page.getByLabel("Change in dB").fill("-40");
    expect(await page.getByLabel("Change in dB").getAttribute("aria-invalid")).toBe("true");
    await page.getByLabel("Change in dB").fill("-6");
    await page.getByLabel("Of", { exact: true }).selectOption("music");
    expect(await page.getByLabel("In", { exact: true }).isDisabled()).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await apply(page)).toEqual({ type: "level_adjust", level_change_db: -6, track: "music" });
    const after = await desk.until(job.id, (one) =>
      one.artifacts.some((artifact) => artifact.kind === "mix" && artifact.version === 2),
    );
    const mix = after.artifacts.find((artifact) => artifact.kind === "mix");
    const { measured } = (await desk.api("admin").compare(job.id, mix?.id ?? "")) as {
      measured: { name: string; before: number; after: number }[];
    };
    const loudness = measured.find(({ name }) => name === "loudness");
    await page.goto(`${desk.url}/jobs/${job.id}/versions/${mix?.id}`);
    await page.getByRole("row", { name: /^True peak −?[\d.]+ dBTP/ }).waitFor();
    const row = await page.getByRole("row", { name: /^Loudness/ }).textContent();
    const shown = (value = 0) => value.toLocaleString("en", { maximumFractionDigits: 1 }).replace("-", "−");
    expect(row).toContain(`${shown(loudness?.before)} LUFS`);
    expect(row).toContain(`${shown(loudness?.after)} LUFS`);
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
