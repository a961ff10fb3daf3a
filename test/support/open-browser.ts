import bundled from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

type Opened = { readonly browser: Browser } | { readonly reason: string };

/** A headless Chromium: the one npm brought, else an installed one. Otherwise why there is none. */
export async function openBrowser(): Promise<Opened> {
  const reasons: string[] = [];
  const attempts = [
    // A sandbox needs rights that a container's root does not have; the pages are our own.
    async () =>
      chromium.launch({
        executablePath: await bundled.executablePath(),
        args: ["--no-sandbox", "--no-zygote", "--font-render-hinting=none"],
      }),
    async () => chromium.launch({ channel: "chrome" }),
    async () => chromium.launch({ channel: "chromium" }),
  ];
  for (const attempt of attempts) {
    try {
      return { browser: await attempt() };
    } catch (error) {
      reasons.push(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
    }
  }
  return { reason: reasons.join("; ") };
}
