/** The console where a job is held or sent back: notes by hints, wishes that were not met, pauses, and a newer server. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Desk, openDesk } from "./support/console-desk.ts";
import { accessibilityFaults } from "./support/console-page.ts";
import { openBrowser } from "./support/open-browser.ts";

const TIMED = { required: true, auto_approve_after_s: 900, on_timeout: "cancel" };

const opened = await openBrowser();

describe.skipIf(!("browser" in opened))("the console where a job is held", () => {
  let desk: Desk;
  beforeAll(async () => {
    if (!("browser" in opened)) throw new Error(opened.reason);
    desk = await openDesk(opened.browser, { script: TIMED });
  });
  afterEach(() => expect(desk.takeFaults(), "what the browser complained about").toEqual([]));
  afterAll(() => desk?.close());

  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
  const gateOf = async (id: string, at = "script") => {
    const [gate] = (await desk.api("admin").gateStatus(id)).filter(({ stage }) => stage === at);
    if (!gate) throw new Error(`${at} has no gate`);
    return gate;
  };

  test("serves React as built for production", async () => {
    const page = await (await fetch(desk.url)).text();
    const [script] = /\/assets\/[^"]+\.js/.exec(page) ?? [];
    const code = await (await fetch(desk.url + script)).text();
    expect(code.length).toBeGreaterThan(100_000);
    expect(code).not.toContain("React DevTools");
  });

  test("puts what the stage understands into the notes, and wants what it leaves open filled in", async () => {
    const job = await desk.jobAt("script");
    const { directions } = await gateOf(job.id);
    const page = await desk.open("rita", `/jobs/${job.id}`);
    const notes = page.getByLabel("Notes", { exact: true });
    await notes.fill("Warmer, please.");
    for (const { say } of directions) await button(page, `Add “${say}” to the notes`).waitFor();
    await button(page, "Add “drop: <words>” to the notes").focus();
    await page.keyboard.press("Enter");
    expect(await notes.inputValue()).toBe("Warmer, please.\ndrop: <words>");
    const picked = await notes.evaluate((area: HTMLTextAreaElement) =>
      area.value.slice(area.selectionStart, area.selectionEnd),
    );
    expect(picked).toBe("<words>");
    await button(page, "Reject").click();
    expect(await notes.getAttribute("aria-invalid")).toBe("true");
    await page.getByText("Write what is meant in place of <words>.").waitFor();
    expect((await desk.api("admin").job(job.id)).version).toBe(job.version);
    expect(await accessibilityFaults(page)).toEqual([]);
    // The caret went back to the field, and what is to be filled in is still picked.
    await notes.evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(22, 29));
    await page.keyboard.type("acidic");
    const [request] = await Promise.all([page.waitForRequest(/\/reject$/), button(page, "Reject").click()]);
    expect(request.postDataJSON()).toMatchObject({ notes: "Warmer, please.\ndrop: acidic" });
    await desk.until(job.id, (one) => one.status === "paused");
    await button(page, "Resume").click();
    await page.getByRole("heading", { name: "Script: approve or reject" }).waitFor();
    const { feedback_unmet } = await gateOf(job.id);
    expect(feedback_unmet).toEqual([expect.stringContaining("Warmer, please.")]);
    await page.getByRole("heading", { name: "Could not be honoured" }).waitFor();
    await page.getByText(feedback_unmet[0] ?? "", { exact: true }).waitFor();
  });

  test("says which wishes were not met where the very same was made again", async () => {
    const job = await desk.jobAt("script");
    await desk.api("rita").reject(job.id, { stage: "script", notes: "Make it funnier." });
    await desk.api("rita").resume(job.id);
    const again = await desk.until(job.id, (one) => one.status === "needs_approval");
    expect(again.artifacts).toEqual(job.artifacts);
    const { feedback_unmet } = await gateOf(job.id);
    expect(feedback_unmet).toHaveLength(1);
    const page = await desk.open("rita", `/jobs/${job.id}`);
    await page.getByText("The stage ran again and made the very same as was rejected.").waitFor();
    await page.getByText(feedback_unmet[0] ?? "", { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test("shows no wish of an earlier run that made the same", async () => {
    const { id } = await desk.jobAt("storyboard");
    const rita = desk.api("rita");
    const again = async (notes: string) => {
      await rita.reject(id, { stage: "storyboard" });
      await rita.resume(id, { notes, keep_notes: false });
      return desk.until(id, (one) => one.status === "needs_approval");
    };
    const first = await again("b02: longer\nMake it funnier.");
    const second = await again("b02: longer");
    expect(second.artifacts).toEqual(first.artifacts);
    expect(JSON.stringify(second.artifacts)).toContain("Make it funnier.");
    expect((await gateOf(id, "storyboard")).feedback_unmet).toEqual([]);
    const page = await desk.open("rita", `/jobs/${id}`);
    await page.getByRole("heading", { name: "Asked for before" }).waitFor();
    await page.getByRole("heading", { name: "Storyboard: approve or reject" }).waitFor();
    await page.getByRole("heading", { name: "Could not be honoured" }).waitFor({ state: "detached" });
  });

  test("offers the directions for one beat where it is ticked", async () => {
    const job = await desk.jobAt("storyboard");
    const page = await desk.open("rita", `/jobs/${job.id}`);
    await page.getByLabel("Make b02 again").check();
    const row = page.getByRole("row").filter({ hasText: "What to do differently in b02" });
    await row.getByRole("button", { name: "Add “longer” to the notes" }).click();
    expect(await page.getByLabel("What to do differently in b02").inputValue()).toBe("longer");
    await page.getByRole("button", { name: "Add “<beat>: drop” to the notes" }).waitFor();
    await row.getByRole("button", { name: "Add “visual: <kind>” to the notes" }).click();
    await page.getByText("Write what is meant in place of <kind> in the note of b02.").first().waitFor();
    expect(await button(page, "Reject 1 beat").getAttribute("aria-disabled")).toBe("true");
    await page.keyboard.type("statement");
    expect(await accessibilityFaults(page)).toEqual([]);
    const [request] = await Promise.all([
      page.waitForRequest(/\/reject$/),
      button(page, "Reject 1 beat").click(),
    ]);
    expect(request.postDataJSON()).toMatchObject({
      beats: [{ beat_id: "b02", notes: "longer\nvisual: statement" }],
    });
  });

  test("pauses at a gate with a reason, stops its clock, and opens it anew on resume", async () => {
    const job = await desk.jobAt("script");
    const page = await desk.open("olga", `/jobs/${job.id}`);
    await page.getByRole("timer").filter({ hasText: "Cancels the job in" }).waitFor();
    await button(page, "Pause…").click();
    const dialog = page.getByRole("dialog", { name: "Pause this job?" });
    await dialog.getByText(/The gate of Script closes at once and its timers stop\..* full time\./).waitFor();
    await dialog.getByLabel("Why (optional)").fill("Lunch");
    expect(await accessibilityFaults(page)).toEqual([]);
    const [request] = await Promise.all([
      page.waitForRequest(/\/pause$/),
      dialog.getByRole("button", { name: "Pause the job" }).click(),
    ]);
    expect(request.postDataJSON()).toEqual({ notes: "Lunch" });
    await page.getByText(/Paused by olga at \d\d:\d\d: “Lunch”/).waitFor();
    await page.getByText("The gate of Script is closed and its timers stand.").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect((await desk.api("admin").job(job.id)).status).toBe("paused");
    expect(await gateOf(job.id)).toMatchObject({ opened_at: null, time_remaining_s: null });
    await button(page, "Resume").click();
    await page.getByRole("heading", { name: "Script: approve or reject" }).waitFor();
    expect((await gateOf(job.id)).time_remaining_s).toBeGreaterThan(880);
  });

  test("tells of a pause that waits for what runs, and can make it urgent", async () => {
    const { id } = await desk.jobAt("script");
    const page = await desk.open("olga", "/");
    // A pause that waits is short with so small a film, so the page is told of one.
    const asked = { by: "bea", at: new Date().toISOString(), notes: "Wait for me", now: false };
    await page.route(`**/jobs/${id}`, async (route) => {
      if (route.request().resourceType() === "document") return route.continue();
      const job = await (await route.fetch()).json();
      await route.fulfill({ json: { ...job, status: "running", stage: "audio", pause_requested: asked } });
    });
    await page.goto(`${desk.url}/jobs/${id}`);
    await page.getByText(/Pause asked by bea at \d\d:\d\d: “Wait for me”/).waitFor();
    await page.getByText("The job pauses when Audio ends.").waitFor();
    await button(page, "Pause now…").click();
    const dialog = page.getByRole("dialog", { name: "Pause now?" });
    await dialog.getByText("Audio is ended at once, and runs again when the job is resumed.").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const [request] = await Promise.all([
      page.waitForRequest(/\/pause$/),
      dialog.getByRole("button", { name: "Pause now" }).click(),
    ]);
    expect(request.postDataJSON()).toEqual({ now: true });
    await desk.until(id, (one) => one.status === "paused");
    await page.unroute(`**/jobs/${id}`);
  });

  test("says that it is older than the server when told of what it does not know", async () => {
    const job = await desk.jobAt("script");
    const { events } = await desk.api("admin").eventPage(job.id, { limit: 1 });
    const page = await desk.open("rita", "/");
    await page.route("**/events/stream*", (route) =>
      route.fulfill({
        contentType: "text/event-stream",
        body: `id: ${events[0]?.id}\nevent: job_praised\ndata: ${JSON.stringify({ ...events[0], type: "job_praised" })}\n\n`,
      }),
    );
    await page.goto(`${desk.url}/jobs/${job.id}`);
    await page.getByText("This page is older than the server").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.unroute("**/events/stream*");
    await button(page, "Reload the page").click();
    await page.getByText("Live", { exact: true }).waitFor();
    expect(await page.getByText("This page is older than the server").count()).toBe(0);
  });
});
