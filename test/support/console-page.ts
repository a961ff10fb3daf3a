/**
 * A page of the console under watch: what the browser complains about (scripts that throw, refused requests, breaches
 * of the Content-Security-Policy) is gathered until `takeFaults` reads it, so that a test can tell what it provoked
 * itself from what should not be.
 */
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";

export type WatchedPage = { readonly page: Page; takeFaults(): string[] };

export async function openWatchedPage(browser: Browser): Promise<WatchedPage> {
  // Evaluating axe in the page is what the policy is there to refuse, so it comes in before the page does.
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
  await context.addInitScript({ content: axe.source });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      faults.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => faults.push(error.message));
  return { page, takeFaults: () => faults.splice(0) };
}

/** What axe-core finds wrong with the page as it stands, one line a fault. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    type Found = { violations: { id: string; help: string; nodes: { html: string }[] }[] };
    const inPage = globalThis as unknown as { axe: { run(): Promise<Found> } };
    const found = await inPage.axe.run();
    return found.violations.flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)}`),
    );
  });
}
