/** The console at a gate, in a real browser: what is decided there is what the server is told, and what is not allowed is not sent. */
import type { JobEvent } from "@greenlight/contract/event";
import type { Job } from "@greenlight/contract/job";
import type { Patch } from "@greenlight/contract/patch";
import { type Storyboard, storyboard } from "@greenlight/contract/storyboard";
import type { Page, Request } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Desk, openDesk } from "./support/console-desk.ts";
import { accessibilityFaults } from "./support/console-page.ts";
import { openBrowser } from "./support/open-browser.ts";

const TWO_PEOPLE = {
  required: true,
  approvers: ["rita", "bea"],
  min_approvals: 2,
  auto_approve_after_s: 900,
  on_timeout: "cancel",
  remind_after_s: 600,
};

const opened = await openBrowser();

describe.skipIf(!("browser" in opened))("the console at a gate", () => {
  let desk: Desk;
  beforeAll(async () => {
    if (!("browser" in opened)) throw new Error(opened.reason);
    desk = await openDesk(opened.browser, { storyboard: TWO_PEOPLE });
  });
  afterEach(() => expect(desk.takeFaults(), "what the browser complained about").toEqual([]));
  afterAll(() => desk?.close());

  const button = (page: Page, name: string | RegExp) =>
    page.getByRole("button", { name, exact: typeof name === "string" });
  const isBarred = async (page: Page, name: string) =>
    expect(await button(page, name).getAttribute("aria-disabled")).toBe("true");
  const isAccessible = async (page: Page) => expect(await accessibilityFaults(page)).toEqual([]);
  const shasAt = (job: Job) => job.artifacts.filter((a) => a.stage === job.stage).map((a) => a.sha256);
  const bodyOf = (request: Request) => request.postDataJSON() as Record<string, unknown>;
  async function boardOf(job: Job): Promise<Storyboard> {
    const found = job.artifacts.find((artifact) => artifact.kind === "storyboard");
    if (!found) throw new Error("the job has no storyboard");
    return storyboard.parse(await (await desk.api("admin").content(job.id, found.id)).json());
  }
  async function eventOf(id: string, type: JobEvent["type"]): Promise<JobEvent | undefined> {
    return (await desk.api("admin").eventPage(id, { limit: 1000 })).events.findLast((e) => e.type === type);
  }

  test("shows a viewer what they may not do, with the reason, and sends nothing", async () => {
    const job = await desk.jobAt("script");
    const page = await desk.open("vera", `/jobs/${job.id}`);
    const sent: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST" && !request.url().endsWith("/tickets")) sent.push(request.url());
    });
    await page.getByText("Approving takes the role reviewer; yours is viewer.").first().waitFor();
    for (const name of ["Approve and go on", "Reject", "Cancel…", "Decision link…"]) {
      await isBarred(page, name);
      await button(page, name).click({ force: true });
    }
    await page.getByText("Change the script yourself").click();
    await page.getByLabel("Words to replace").fill("honey");
    await isBarred(page, "Take it into the decision");
    await page.getByText("Changing an output takes the role reviewer; yours is viewer.").first().waitFor();
    await isAccessible(page);
    await page.getByRole("link", { name: "New job" }).click();
    await isBarred(page, "Submit job");
    expect(sent).toEqual([]);
    expect((await desk.api("admin").job(job.id)).version).toBe(job.version);
  });

  test("shows an error of a patch at its field, then applies it and approves the version it shows", async () => {
    const job = await desk.jobAt("script");
    const page = await desk.open("rita", `/jobs/${job.id}`);
    await page.getByText("Change the script yourself").click();
    const old = page.getByLabel("Words to replace");
    await old.fill("zebra crossing");
    expect(await old.getAttribute("aria-invalid")).toBe("true");
    await page.getByText("Does not occur in the script as it stands.").waitFor();
    await old.fill("decades");
    await page.getByLabel("New words").fill("decades");
    await button(page, "Apply, look again").click();
    await page.getByRole("alert").getByText("patch_no_change").waitFor();
    expect(await old.getAttribute("aria-invalid")).toBe("true");
    expect(desk.takeFaults()).toEqual([expect.stringContaining("422")]);
    await page.getByLabel("New words").fill("centuries");
    await button(page, "Apply, look again").click();
    await page.getByText("A sealed jar of honey can stay good to eat for centuries.").waitFor();
    await isAccessible(page);
    const standing = shasAt(await desk.api("admin").job(job.id));
    const [request] = await Promise.all([
      page.waitForRequest(/\/approve$/),
      button(page, "Approve and go on").click(),
    ]);
    expect(bodyOf(request)).toEqual({ stage: "script", artifact_sha256s: standing });
    await page.getByRole("heading", { name: "Storyboard: approve or reject" }).waitFor();
  });

  test("does not let anybody approve what changed while they looked", async () => {
    const job = await desk.jobAt("script");
    const page = await desk.open("rita", `/jobs/${job.id}`);
    await page.getByText("good to eat for decades").waitFor();
    const patch = { type: "text_replace", replacements: [{ old: "decades", new: "ages" }] } satisfies Patch;
    await desk.api("bea").applyPatch(job.id, "script", patch);
    const notice = page.getByRole("alert");
    await notice.getByText("This changed since you looked; look again.").waitFor();
    expect(await notice.textContent()).toContain("version 2, by bea");
    await page.getByText("good to eat for decades").waitFor();
    await isBarred(page, "Approve and go on");
    await isAccessible(page);
    await button(page, "Look again").click();
    await page.getByText("good to eat for ages").waitFor();
    await notice.waitFor({ state: "detached" });
    expect(await button(page, "Approve and go on").getAttribute("aria-disabled")).toBeNull();
  });

  test("is told so by the server where the page could not know yet", async () => {
    const job = await desk.jobAt("script");
    const page = await desk.open("rita", `/jobs/${job.id}`);
    await page.getByText("good to eat for decades").waitFor();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/approve", async (route) => {
      await held;
      await route.continue();
    });
    await button(page, "Approve and go on").click();
    const patch = { type: "text_replace", replacements: [{ old: "decades", new: "years" }] } satisfies Patch;
    await desk.api("bea").applyPatch(job.id, "script", patch);
    release();
    await page.getByText("This changed since you looked; look again.").waitFor();
    await page.unroute("**/approve");
    expect(desk.takeFaults()).toEqual([expect.stringContaining("409")]);
    expect((await desk.api("admin").job(job.id)).stage).toBe("script");
    await button(page, "Look again").click();
    await button(page, "Approve and go on").click();
    await desk.until(job.id, (one) => one.stage === "storyboard");
  });

  test("counts approvals, runs the clock, and tells whose approval no longer counts", async () => {
    const job = await desk.jobAt("storyboard");
    const page = await desk.open("rita", `/jobs/${job.id}`);
    await page.getByText("0 of 2; waiting for rita and bea").waitFor();
    const clock = page.getByRole("timer").filter({ hasText: "Cancels the job in" });
    const before = await clock.textContent();
    await expect.poll(() => clock.textContent(), { timeout: 5000 }).not.toBe(before);
    expect(before).toMatch(/Cancels the job in 1[45] min/);
    await page.getByText(/Goes out in \d+ min/).waitFor();
    await desk.api("bea").approve(job.id, { stage: "storyboard" });
    await page.getByText("1 of 2; waiting for rita").waitFor();
    const other = await desk.open("bea", `/jobs/${job.id}`);
    await other
      .getByText(/You approved this at .*; it needs another name\./)
      .first()
      .waitFor();
    await isBarred(other, "Approve and go on");

    await page.getByText("Change the storyboard yourself").click();
    const seconds = page.getByLabel("Seconds of b02");
    await seconds.fill("0.5");
    expect(await seconds.getAttribute("aria-invalid")).toBe("true");
    await page.getByText(/Speaks for .* give at least that\./).waitFor();
    await seconds.fill("11");
    await button(page, "Apply, look again").click();
    await page
      .getByText(/bea’s approval of \d\d:\d\d no longer counts: storyboard was patched by rita\./)
      .waitFor();
    await page.getByText("0 of 2; waiting for rita and bea").waitFor();
    expect((await boardOf(await desk.api("admin").job(job.id))).beats[1]?.duration_s).toBe(11);
    await isAccessible(page);
    await page.getByRole("link", { name: "See what changed in storyboard.json" }).click();
    await page.getByRole("heading", { name: "Version 1 → version 2" }).waitFor();
    await page.getByText("duration_s").waitFor();
    await page.locator("ins").getByText("11").waitFor();
    await isAccessible(page);
  });

  test("rejects the ticked beats only, with a note for each, and tells at the next gate what was asked", async () => {
    const job = await desk.jobAt("storyboard");
    const page = await desk.open("rita", `/jobs/${job.id}`);
    await page.getByLabel("Make b02 again").check();
    await page.getByLabel("What to do differently in b02").fill("shorter");
    await isBarred(page, "Approve and go on");
    await page.getByText("Beats are ticked to be made again: untick them to approve.").first().waitFor();
    await isAccessible(page);
    const [request] = await Promise.all([
      page.waitForRequest(/\/reject$/),
      button(page, "Reject 1 beat").click(),
    ]);
    expect(bodyOf(request)).toEqual({
      stage: "storyboard",
      artifact_sha256s: shasAt(job),
      beats: [{ beat_id: "b02", notes: "shorter" }],
    });
    await desk.until(job.id, (one) => one.status === "paused");
    const rejected = await eventOf(job.id, "gate_rejected");
    expect(rejected?.payload.beats).toMatchObject([{ beat_id: "b02", notes: "shorter" }]);
    await button(page, "Resume").click();
    await page.getByRole("heading", { name: "Storyboard: approve or reject" }).waitFor();
    await page.getByText("Asked for before").waitFor();
    await page
      .getByText(/^b02: “shorter”$|make b02 again/)
      .first()
      .waitFor();
  });

  test("approves with a patch in one request", async () => {
    const job = await desk.jobAt("script");
    const page = await desk.open("rita", `/jobs/${job.id}`);
    await page.getByText("Change the script yourself").click();
    await page.getByText("Replace a section", { exact: true }).click();
    const section = page.getByLabel("New section");
    await section.fill((await section.inputValue()).replace("decades", "a lifetime"));
    await button(page, "Take it into the decision").click();
    await page.getByText("With this patch:").waitFor();
    await page.getByRole("textbox", { name: "Notes" }).fill("Better so.");
    await button(page, "Approve with the patch").click();
    await desk.until(job.id, (one) => one.stage === "storyboard");
    const approved = await eventOf(job.id, "gate_approved");
    expect(approved?.payload).toMatchObject({
      by: "rita",
      notes: "Better so.",
      patch: { type: "section_replace", new_section: expect.stringContaining("a lifetime") },
    });
  });

  test("puts an uploaded picture in a beat's place, and rejects a beat by its picture", async () => {
    const job = await desk.jobAt("assets");
    const page = await desk.open("rita", `/jobs/${job.id}`);
    await page.getByText("Change the assets yourself").click();
    await page.getByLabel("Beat", { exact: true }).selectOption("b02");
    const picture = await page.screenshot({ clip: { x: 0, y: 0, width: 320, height: 180 } });
    await page
      .getByLabel("Picture or video", { exact: true })
      .setInputFiles({ name: "mine.png", mimeType: "image/png", buffer: picture });
    await button(page, "Apply, look again").click();
    await desk.until(job.id, (one) =>
      one.artifacts.some(({ name, version }) => name === "b02.png" && version === 2),
    );
    await page.getByRole("heading", { name: "Assets: approve or reject" }).waitFor();
    await page.getByText("Make single beats again").click();
    await page.getByLabel("Make b01 again").check();
    await button(page, "Reject 1 beat").click();
    await desk.until(job.id, (one) => one.status === "paused");
    const rejected = await eventOf(job.id, "gate_rejected");
    expect(rejected?.payload.beats).toMatchObject([{ beat_id: "b01", notes: "" }]);
  });

  test("makes a link for one person, which opens the decision", async () => {
    const job = await desk.jobAt("script");
    const page = await desk.open("admin", `/jobs/${job.id}`);
    await button(page, "Decision link…").click();
    const dialog = page.getByRole("dialog", { name: "A link to decide by" });
    await dialog.getByLabel("For", { exact: true }).fill("Mira");
    await dialog.getByRole("button", { name: "Make the link" }).click();
    const link = await dialog.getByLabel("Link, shown this once").inputValue();
    await isAccessible(page);
    const answer = await fetch(link);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("Mira");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await button(page, "Decision link…").evaluate((one) => one === document.activeElement)).toBe(true);
    const own = await desk.open("rita", `/jobs/${job.id}`);
    await button(own, "Decision link…").click();
    expect(await own.getByLabel("For", { exact: true }).inputValue()).toBe("rita");
    expect(await own.getByLabel("For", { exact: true }).getAttribute("readonly")).not.toBeNull();
  });

  test("an admin decides in an approver's name where only approvers may", async () => {
    const job = await desk.jobAt("storyboard");
    const page = await desk.open("admin", `/jobs/${job.id}`);
    await page.getByText("Storyboard is decided by rita and bea.").first().waitFor();
    await isBarred(page, "Approve and go on");
    await page.getByLabel("Decide as").fill("bea");
    await button(page, "Approve and go on").click();
    await page.getByText("1 of 2; waiting for rita").waitFor();
    const approved = await eventOf(job.id, "gate_approved");
    expect(approved?.payload.by).toBe("bea");
    expect(approved?.origin.token).toBe("admin");
  });
});
