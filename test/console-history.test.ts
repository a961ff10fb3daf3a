/** The console's versions, comparisons, audit and re-runs, in a real browser, at both widths and in both themes. */
import { readFile } from "node:fs/promises";
import type { Job } from "@greenlight/contract/job";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Desk, openDesk } from "./support/console-desk.ts";
import { accessibilityFaults } from "./support/console-page.ts";
import { openBrowser } from "./support/open-browser.ts";

const opened = await openBrowser();

describe.skipIf(!("browser" in opened))("the console's view of what was", () => {
  let desk: Desk;
  let job: Job;
  beforeAll(async () => {
    if (!("browser" in opened)) throw new Error(opened.reason);
    desk = await openDesk(opened.browser);
    job = await desk.jobAt("assets");
  });
  afterEach(() => expect(desk.takeFaults(), "what the browser complained about").toEqual([]));
  afterAll(() => desk?.close());

  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
  const outputOf = async (name: string) => {
    const found = (await desk.api("admin").artifacts(job.id)).find((artifact) => artifact.name === name);
    if (!found) throw new Error(`the job has no ${name}`);
    return found;
  };

  test("compares two versions of a script by line and takes it back to one", async () => {
    const first = await outputOf("script.md");
    await desk.api("rita").applyPatch(job.id, "script", {
      type: "text_replace",
      replacements: [{ old: "decades", new: "ages" }],
    });
    const page = await desk.open("rita", `/jobs/${job.id}/versions`);
    await page.getByRole("link", { name: "script.md" }).click();
    await page.getByRole("heading", { name: "Version 1 → version 2" }).waitFor();
    await page.locator("del").getByText("good to eat for decades").waitFor();
    await page.locator("ins").getByText("good to eat for ages").waitFor();
    await page.getByText("1 line added, 1 removed").waitFor();
    await button(page, "Revert to version 1").click();
    await page.getByText("Version 1 stands again, as version 3.").waitFor();
    expect(await outputOf("script.md")).toMatchObject({ version: 3, sha256: first.sha256 });
    await page
      .getByText("Both versions have the same content.")
      .or(page.getByText("Version 2 → version 3"))
      .first()
      .waitFor();
    await page.getByLabel("Compare from version 1").check({ force: true });
    await page.getByText("Both versions have the same content.").waitFor();
    expect(page.url()).toContain("?from=1&to=3");
  });

  test("compares pictures side by side with what was measured, and says why a viewer cannot go back", async () => {
    await desk.until(job.id, (one) => one.status === "needs_approval");
    await passTo("assets");
    await desk.api("rita").reject(job.id, { stage: "assets", beats: [{ beat_id: "b02", notes: "" }] });
    await desk.api("rita").resume(job.id);
    await desk.until(job.id, (one) => one.stage === "assets" && one.status === "needs_approval");
    const still = await outputOf("b02.png");
    const page = await desk.open("vera", `/jobs/${job.id}/versions/${still.id}`);
    const pictures = page.locator("figure img");
    const widths = () =>
      pictures.evaluateAll((all) => all.map((one) => (one as HTMLImageElement).naturalWidth));
    await expect.poll(widths, { timeout: 10_000 }).toEqual([320, 320]);
    expect(
      new Set(await pictures.evaluateAll((all) => all.map((one) => (one as HTMLImageElement).src))).size,
    ).toBe(2);
    await page.getByRole("row", { name: /^File size/ }).waitFor();
    const revert = button(page, `Revert to version ${still.version - 1}`);
    expect(await revert.getAttribute("aria-disabled")).toBe("true");
    await page.getByText("Changing an output takes the role reviewer; yours is viewer.").first().waitFor();
  });

  test("tells the audit, filters it, and gives the whole of it to keep", async () => {
    const page = await desk.open("vera", `/jobs/${job.id}/audit`);
    const { entries, head } = await desk.api("admin").audit(job.id, { limit: 1000 });
    await page.getByText("✓ Chain intact").waitFor();
    await page.getByText(head?.slice(0, 12) ?? "").waitFor();
    await page.getByText("rita rejected assets").waitFor();
    await page.getByText("make b02 again").waitFor();
    await page.getByText("“decades” → “ages”; script.md is now version 2").waitFor();
    await page.getByRole("button", { name: /^Decisions/ }).click();
    const actions = await page
      .locator("li[data-action]")
      .evaluateAll((all) => all.map((one) => one.getAttribute("data-action")));
    const decisions = entries
      .map(({ action }) => action)
      .filter((action) => /approve|reject|void|remind/.test(action));
    expect(actions.toReversed()).toEqual(decisions);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      button(page, "Download as JSON Lines").click(),
    ]);
    expect(file.suggestedFilename()).toBe(`${job.slug}-audit.jsonl`);
    const lines = (await readFile(await file.path(), "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(entries);
  });

  test("resumes from an earlier stage with notes, and says before what runs again", async () => {
    await desk.api("rita").reject(job.id, { stage: "assets", notes: "From the start, please." });
    const page = await desk.open("rita", `/jobs/${job.id}`);
    await button(page, "Resume from…").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Runs again: Assets, Animatics, Audio, Assemble and Acceptance.").waitFor();
    await dialog.getByLabel("From", { exact: true }).selectOption("script");
    await dialog.getByText(/Runs again: Script, Storyboard, Assets/).waitFor();
    await dialog.getByRole("textbox", { name: "Notes" }).fill("shorter");
    await dialog.getByLabel(/Keep the changes made by hand/).uncheck();
    const [request] = await Promise.all([
      page.waitForRequest(/\/resume$/),
      dialog.getByRole("button", { name: "Resume from Script" }).click(),
    ]);
    expect(request.postDataJSON()).toEqual({ stage: "script", notes: "shorter", keep_patches: false });
    await dialog.waitFor({ state: "detached" });
    await desk.until(job.id, (one) => (one.stages.find(({ id }) => id === "script")?.attempt ?? 0) > 1);
  });

  test("cancels with a reason and runs again from a stage, asking anew", async () => {
    await desk.until(job.id, (one) => one.status === "needs_approval");
    const page = await desk.open("olga", `/jobs/${job.id}`);
    await button(page, "Cancel…").click();
    await page.getByRole("dialog").getByLabel("Why (optional)").fill("Wrong brief");
    await button(page, "Cancel the job").click();
    await desk.until(job.id, (one) => one.status === "canceled");
    await button(page, "Run again from…").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("From", { exact: true }).selectOption("outline");
    await dialog.getByLabel("Ask again at every gate").check();
    const [request] = await Promise.all([
      page.waitForRequest(/\/retry$/),
      dialog.getByRole("button", { name: "Run again from Outline" }).click(),
    ]);
    expect(request.postDataJSON()).toEqual({ from_stage: "outline", reopen: true, keep_patches: true });
    const { entries } = await desk.api("admin").audit(job.id, { limit: 1000 });
    expect(entries.find(({ action }) => action === "cancel")?.notes).toBe("Wrong brief");
    await passTo("assets");
  });

  const views = [
    ["", "waiting for anyone who may review"],
    ["/versions", "storyboard.json"],
    ["/versions/STORYBOARD", /Version \d → version \d|There is one version/],
    ["/audit", "✓ Chain intact"],
    ["WEBHOOKS", "Nobody is told of events."],
  ] as const;
  const looks = [
    [400, "light"],
    [400, "dark"],
    [1280, "dark"],
  ] as const;
  test.each(looks.flatMap((look) => views.map((view) => [...look, ...view] as const)))(
    "stands at %i px, %s, without a fault: %s",
    async (width, colorScheme, view, shown) => {
      const board = await outputOf("storyboard.json");
      const page = await desk.open("rita", "/");
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      const path =
        view === "WEBHOOKS" ? "/webhooks" : `/jobs/${job.id}${view.replace("STORYBOARD", board.id)}`;
      await page.goto(desk.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      // What each view shows once all it asked for is there.
      await page.getByText(shown).first().waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    },
  );

  /** Approves what stands before this gate. */
  async function passTo(stage: string): Promise<void> {
    for (;;) {
      const { stage: here } = await desk.until(job.id, (one) => one.status === "needs_approval");
      if (here === stage || here === null) return;
      await desk.api("rita").approve(job.id, { stage: here });
    }
  }
});
