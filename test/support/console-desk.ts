/**
 * A server with people of every role, the console in a browser, and jobs brought to where a test needs them: what the
 * tests of the console's views share. Each person gets a page of their own.
 */
import { type Client, createClient } from "@greenlight/contract/client";
import type { Job } from "@greenlight/contract/job";
import type { WebhookConfig } from "@greenlight/contract/webhook";
import type { Browser, Page } from "playwright-core";
import { buildConsole } from "./build-console.ts";
import { openWatchedPage, type WatchedPage } from "./console-page.ts";
import { startGreenlight } from "./greenlight-server.ts";
import { addPeople, tokenOf } from "./people.ts";
import { makeQuickHome } from "./quick-home.ts";

const SOURCE = `A sealed jar of honey can stay good to eat for decades. No other food in the cupboard protects itself so
well. Fresh nectar is about 70 percent water, while ripe honey holds only 18 percent. Bees fan their wings over the
open comb until most of the water has gone. What remains pulls the water out of any microbe that lands in it. Honey is
also more acidic than it tastes, because its sugar hides the sourness.`;
const BRIEF = {
  title: "Why honey never spoils",
  intent: "Explain why honey keeps",
  video: { target_length_s: 14, aspect: "16:9", resolution: "320x180" },
  sources: [{ text: SOURCE, title: "Honey" }],
};

export type Desk = {
  readonly url: string;
  api(name: string): Client;
  /** This person's page, signed in and at `path`. */
  open(name: string, path: string): Promise<Page>;
  /** What the browser complained about on all pages since it was last asked. */
  takeFaults(): string[];
  /** A job of olga's that waits at this gate; the gates before it were approved by rita and bea. */
  jobAt(stage: string): Promise<Job>;
  until(id: string, met: (job: Job) => boolean): Promise<Job>;
  close(): Promise<void>;
};

export async function openDesk(
  browser: Browser,
  gates: Readonly<Record<string, unknown>> = {},
  webhooks: readonly WebhookConfig[] = [],
): Promise<Desk> {
  const [home] = await Promise.all([makeQuickHome(), buildConsole()]);
  await addPeople(home.path, gates, webhooks);
  const server = await startGreenlight(home.path);
  const pages = new Map<string, WatchedPage>();
  const tokenFor = (name: string) => (name === "admin" ? server.token : tokenOf(name));
  const api = (name: string) => createClient({ url: server.url, token: tokenFor(name) });

  async function until(id: string, met: (job: Job) => boolean): Promise<Job> {
    for (const end = Date.now() + 40_000; ; ) {
      const job = await api("admin").job(id);
      if (met(job)) return job;
      if (job.status === "failed" || Date.now() > end)
        throw new Error(`the job is ${job.status} at ${job.stage}: ${job.error?.message}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  return {
    url: server.url,
    api,
    until,
    async open(name, path) {
      const watched = pages.get(name) ?? (await openWatchedPage(browser));
      pages.set(name, watched);
      // A page that is there already would take a changed fragment for a place within it.
      await watched.page.goto("about:blank");
      await watched.page.goto(`${server.url}${path}#token=${tokenFor(name)}`);
      await watched.page.getByRole("heading", { level: 1 }).waitFor();
      return watched.page;
    },
    takeFaults: () => [...pages.values()].flatMap((watched) => watched.takeFaults()),
    async jobAt(stage) {
      const request = { slug: `honey-at-${stage}`, intent: "Explain why honey keeps", brief: BRIEF, seed: 5 };
      const { id } = await api("olga").createJob(request);
      for (;;) {
        const job = await until(id, (one) => one.status === "needs_approval");
        if (job.stage === null || job.stage === stage) return job;
        const here = job.stage;
        await api("rita").approve(id, { stage: here });
        const again = await api("bea").job(id);
        if (again.status === "needs_approval" && again.stage === here)
          await api("bea").approve(id, { stage: here });
      }
    },
    async close() {
      await browser.close();
      await server.stop();
      await home.remove();
    },
  };
}
