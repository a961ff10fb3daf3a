/**
 * The console in a real browser against the real server: one job from the form to the finished film, in the order a
 * person meets things. The tests build on one another; the first that fails is the one to read.
 */
import { readFile } from "node:fs/promises";
import { createClient } from "@greenlight/contract/client";
import { acceptanceReport } from "@greenlight/contract/documents";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildConsole } from "./support/build-console.ts";
import { accessibilityFaults, openWatchedPage, type WatchedPage } from "./support/console-page.ts";
import { type RunningServer, startGreenlight } from "./support/greenlight-server.ts";
import { openBrowser } from "./support/open-browser.ts";
import { makeQuickHome, QUICK_SIZE } from "./support/quick-home.ts";

const TITLE = "Why Honey Never Spoils";
const SOURCE = `A sealed jar of honey can stay good to eat for decades. No other food in the cupboard protects itself so
well. Fresh nectar is about 70 percent water, while ripe honey holds only 18 percent. Bees fan their wings over the
open comb until most of the water has gone. What remains pulls the water out of any microbe that lands in it. Honey is
also more acidic than it tastes, because its sugar hides the sourness.`;

const opened = await openBrowser();
if (!("browser" in opened))
  console.error(`\n\n  THE CONSOLE IS NOT TESTED: no browser could be started.\n  ${opened.reason}\n\n`);

describe.skipIf(!("browser" in opened))("the console", () => {
  let home: Awaited<ReturnType<typeof makeQuickHome>>;
  let server: RunningServer;
  let watched: WatchedPage;

  beforeAll(async () => {
    if (!("browser" in opened)) throw new Error(opened.reason);
    [home] = await Promise.all([makeQuickHome(), buildConsole()]);
    server = await startGreenlight(home.path);
    watched = await openWatchedPage(opened.browser);
  });
  let broken = false;
  beforeEach((context) => {
    if (broken) context.skip("an earlier step failed");
  });
  afterEach((context) => {
    broken ||= context.task.result?.state === "fail";
    if (!broken) expect(watched.takeFaults(), "what the browser complained about").toEqual([]);
  });
  afterAll(async () => {
    if ("browser" in opened) await opened.browser.close();
    await server?.stop();
    await home?.remove();
  });

  const heading = (name: string | RegExp) => watched.page.getByRole("heading", { name });
  const button = (name: string) => watched.page.getByRole("button", { name, exact: true });
  const stageRow = (name: string) => watched.page.getByRole("listitem").filter({ hasText: name }).first();
  const atGate = (stage: string) => heading(`${stage}: approve or reject`).waitFor({ timeout: 40_000 });
  const jobId = () => watched.page.url().split("/").at(-1) ?? "";
  const api = () => createClient(server);
  const isAccessible = async () => expect(await accessibilityFaults(watched.page)).toEqual([]);

  test("asks for the token, and says so when it is wrong", async () => {
    const { page, takeFaults } = watched;
    await page.goto(server.url);
    await page.getByLabel("Token").fill("not the token");
    await button("Sign in").click();
    await page.getByRole("alert").getByText("unauthorized").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("What to do:");
    await isAccessible();
    expect(takeFaults()).toEqual([expect.stringContaining("401")]);
  });

  test("signs in by the printed link, and takes the token out of the address", async () => {
    const { page } = watched;
    await page.goto(server.console_url);
    await heading("Jobs").waitFor();
    await page.getByText("No jobs yet").waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    await isAccessible();
  });

  test("says which field is wrong when the server refuses a brief", async () => {
    const { page, takeFaults } = watched;
    await page.getByRole("link", { name: "New job" }).click();
    await isAccessible();
    await page.getByLabel("Title").fill(TITLE);
    expect(await page.getByLabel("Short name").inputValue()).toBe("why-honey-never-spoils");
    await page.getByLabel("Intent").fill("Explain briefly why honey keeps for years");
    await page.getByLabel("Source text").fill("Honey keeps.");
    await page.getByLabel("Length in seconds").fill("12");
    await page.getByLabel("Picture size").fill(`${QUICK_SIZE.width}x${QUICK_SIZE.height}`);
    await button("Submit job").click();
    const alert = page.getByRole("alert");
    await alert.getByText("brief_too_thin").waitFor();
    expect(await alert.textContent()).toContain("What to do:");
    expect(takeFaults()).toEqual([expect.stringContaining("422")]);
  });

  test("submits a job and shows its stages live", async () => {
    const { page } = watched;
    const stream = page.waitForRequest(/\/events\/stream/);
    await page.getByLabel("Source text").fill(SOURCE);
    await button("Submit job").click();
    await heading("why-honey-never-spoils").waitFor();
    await stream;
    await page.getByText("Live", { exact: true }).waitFor();
    await atGate("Script");
    await page.getByText("A sealed jar of honey can stay good to eat for decades").waitFor();
    await isAccessible();
  });

  test("asks for notes before it rejects, then runs the stage again with them", async () => {
    const { page } = watched;
    await button("Reject").click();
    expect(
      await page
        .getByRole("textbox", { name: "Notes" })
        .evaluate((field) => field === document.activeElement),
    ).toBe(true);
    expect(await page.getByRole("textbox", { name: "Notes" }).getAttribute("aria-invalid")).toBe("true");
    await page.getByRole("textbox", { name: "Notes" }).fill("Open with the bees.");
    await button("Reject").click();
    await page.getByText(/Rejected by/).waitFor();
    expect((await api().job(jobId())).status).toBe("paused");
    await page.getByText("Script was rejected. Resume runs the stage again with the notes").waitFor();
    await isAccessible();
    await button("Resume").click();
    await atGate("Script");
    await stageRow("Script").getByText("attempt 2").waitFor();
  });

  test("approves by keyboard alone", async () => {
    const { page } = watched;
    await page.getByRole("textbox", { name: "Notes" }).focus();
    await page.keyboard.press("Tab");
    expect(await button("Approve and go on").evaluate((one) => one === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await atGate("Storyboard");
    await page.getByRole("columnheader", { name: "Narration" }).waitFor();
    await page.getByText(`${QUICK_SIZE.width}×${QUICK_SIZE.height}`).waitFor();
    await isAccessible();
  });

  test("says what happened when somebody else decided first", async () => {
    const { page, takeFaults } = watched;
    // The page must not learn of the other decision before it sends its own.
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/approve", async (route) => {
      await held;
      await route.continue();
    });
    await button("Approve and go on").click();
    await api().approve(jobId(), { stage: "storyboard" });
    release();
    const alert = page.getByRole("alert");
    await alert.getByText("gate_already_decided").waitFor();
    expect(await alert.textContent()).toContain("What to do:");
    await page.unroute("**/approve");
    await button("Dismiss").click();
    await alert.waitFor({ state: "detached" });
    expect(takeFaults()).toEqual([expect.stringContaining("409")]);
  });

  test("shows the pictures, and after a reload still stands at their gate", async () => {
    const { page } = watched;
    await atGate("Assets");
    const drawn = () =>
      page
        .locator("section img")
        .evaluateAll((images) => images.map((one) => (one as HTMLImageElement).naturalWidth));
    await expect
      .poll(drawn, { timeout: 10_000 })
      .toSatisfy((widths: number[]) => widths.length > 1 && widths.every((w) => w === QUICK_SIZE.width));
    await page.reload();
    await atGate("Assets");
    await isAccessible();
    await button("Approve and go on").click();
  });

  test("shows the progress of a stage as it works", async () => {
    const bar = watched.page.getByRole("progressbar", { name: "Progress of Animatics" });
    await expect
      .poll(async () => Number(await bar.getAttribute("aria-valuenow", { timeout: 5000 })), {
        interval: 50,
        timeout: 20_000,
      })
      .toSatisfy((percent: number) => percent > 0 && percent < 100);
  });

  test("plays the sound at its gate", async () => {
    const { page } = watched;
    await atGate("Audio");
    const mix = page.locator("audio").first();
    await mix.evaluate((sound: HTMLAudioElement) => sound.load());
    await mix.evaluate(async (sound: HTMLAudioElement) => {
      sound.muted = true;
      await sound.play();
      sound.pause();
    });
    await isAccessible();
    await button("Approve and go on").click();
  });

  test("plays the film and seeks in it by range", async () => {
    const { page } = watched;
    const ranged = page.waitForResponse(
      (response) => response.status() === 206 && response.url().includes("/content"),
    );
    await heading("The video").waitFor({ timeout: 40_000 });
    await ranged;
    const film = page.locator("section video").first();
    const ready = () => film.evaluate((video: HTMLVideoElement) => video.readyState);
    await film.evaluate((video: HTMLVideoElement) => video.load());
    await expect.poll(ready, { timeout: 10_000 }).toBeGreaterThanOrEqual(1);
    const seeked = await film.evaluate(
      (video: HTMLVideoElement) =>
        new Promise<number>((resolve) => {
          video.onseeked = () => resolve(video.currentTime);
          video.currentTime = video.duration * 0.8;
        }),
    );
    const { duration, width, height } = await film.evaluate((video: HTMLVideoElement) => ({
      duration: video.duration,
      width: video.videoWidth,
      height: video.videoHeight,
    }));
    expect(seeked).toBeCloseTo(duration * 0.8, 1);
    expect(Math.abs(duration - 12)).toBeLessThan(0.6);
    expect({ width, height }).toEqual(QUICK_SIZE);
    await expect.poll(ready, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    await film.evaluate((video: HTMLVideoElement) => {
      video.muted = true;
      return video.play();
    });
    await expect
      .poll(() => film.evaluate((video: HTMLVideoElement) => video.currentTime))
      .toBeGreaterThan(seeked);
    await film.evaluate((video: HTMLVideoElement) => video.pause());
  });

  test("downloads the film and the acceptance report", async () => {
    const { page } = watched;
    const download = async (name: RegExp) => {
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name }).click(),
      ]);
      return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
    };
    const film = await download(/\.mp4/);
    expect(film.name).toBe("why-honey-never-spoils.mp4");
    expect(film.bytes.subarray(4, 8).toString()).toBe("ftyp");
    const report = await download(/acceptance\.json/);
    expect(report.name).toBe("acceptance.json");
    expect(acceptanceReport.parse(JSON.parse(report.bytes.toString())).file.size_bytes).toBe(
      film.bytes.length,
    );
  });

  test("a failed check's timecode seeks the player", async () => {
    const { page } = watched;
    const report = acceptanceReport.parse(await reportOf());
    const failed = report.checks.find((check) => check.status === "FAIL" && check.at.length > 0);
    const at = failed?.at[0] ?? 0;
    expect(failed?.id).toBe("contrast");
    await page
      .getByRole("button", { name: /^Show contrast at/i })
      .first()
      .click();
    const film = page.locator("section video").first();
    await expect.poll(() => film.evaluate((video: HTMLVideoElement) => video.currentTime)).toBeCloseTo(at, 1);
  });

  test("keeps everything after a reload, and lists the job", async () => {
    const { page } = watched;
    await page.reload();
    await heading("The video").waitFor();
    await page.getByText("Completed", { exact: true }).first().waitFor();
    await isAccessible();
    await page.getByRole("link", { name: "All jobs" }).click();
    await heading("Jobs").waitFor();
    await page.getByRole("link", { name: /why-honey-never-spoils|Why Honey/ }).waitFor();
    await isAccessible();
  });

  async function reportOf(): Promise<unknown> {
    const job = await api().job(jobId());
    const report = job.artifacts.find(({ name }) => name.endsWith("acceptance.json"));
    return report && (await api().content(job.id, report.id)).json();
  }
});
