/** The console's page of webhooks, in a real browser, against a receiver that takes messages or refuses them as told. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { webhookPayload } from "@greenlight/contract/webhook";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Desk, openDesk } from "./support/console-desk.ts";
import { accessibilityFaults } from "./support/console-page.ts";
import { openBrowser } from "./support/open-browser.ts";

const opened = await openBrowser();

describe.skipIf(!("browser" in opened))("the console's webhooks", () => {
  let desk: Desk;
  let receiver: Server;
  let answer = 204;
  const told: { id: string; type: string }[] = [];
  beforeAll(async () => {
    if (!("browser" in opened)) throw new Error(opened.reason);
    receiver = createServer(async (incoming, response) => {
      let body = "";
      for await (const chunk of incoming) body += chunk;
      const { type } = webhookPayload.parse(JSON.parse(body));
      told.push({ id: String(incoming.headers["webhook-id"]), type });
      response.writeHead(answer).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`;
    desk = await openDesk(opened.browser, {}, [
      { name: "chat", url, events: ["gate_opened"], secret: "k".repeat(24) },
      { name: "log", url, events: ["job_completed"], secret_env: "KEY_NOBODY_HAS_SET" },
    ]);
  });
  afterEach(() => expect(desk.takeFaults(), "what the browser complained about").toEqual([]));
  afterAll(async () => {
    await desk?.close();
    receiver?.closeAllConnections();
    await new Promise((resolve) => receiver?.close(resolve));
  });

  const card = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

  test("says which is switched off and why, and sends nothing to it", async () => {
    const page = await desk.open("olga", "/webhooks");
    const off = card(page, "log");
    await off.getByText("The variable KEY_NOBODY_HAS_SET is not set.").waitFor();
    await off.getByText("switched off", { exact: true }).waitFor();
    const send = off.getByRole("button", { name: "Send a test to log" });
    expect(await send.getAttribute("aria-disabled")).toBe("true");
    await send.click({ force: true });
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(told).toEqual([]);
  });

  test("sends a test and tells how it went", async () => {
    const page = await desk.open("olga", "/webhooks");
    const send = card(page, "chat").getByRole("button", { name: "Send a test to chat" });
    await send.click();
    await card(page, "chat")
      .getByText(/The test was taken: answered 204 after/)
      .waitFor();
    expect(told.map(({ type }) => type)).toEqual(["webhook_test"]);
    answer = 500;
    await send.click();
    await card(page, "chat")
      .getByText(/The test was not taken: answered 500 after/)
      .waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    answer = 204;
    expect(told).toHaveLength(2);
  });

  test("sends a delivery again, and shows what came of it", async () => {
    await desk.jobAt("script");
    await expect
      .poll(async () => (await desk.api("olga").webhookDeliveries("chat")).map(({ status }) => status), {
        timeout: 10_000,
      })
      .toEqual(["delivered"]);
    const [delivery] = await desk.api("olga").webhookDeliveries("chat");
    const before = told.length;
    const page = await desk.open("olga", "/webhooks");
    await card(page, "chat").getByText("Last deliveries").click();
    await card(page, "chat").getByText("delivered", { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const [request] = await Promise.all([
      page.waitForRequest(/\/redeliver$/),
      page.getByRole("button", { name: "Send again: gate opened, to chat" }).click(),
    ]);
    expect(request.url()).toContain(`/webhooks/chat/deliveries/${delivery?.event_id}/redeliver`);
    await card(page, "chat")
      .getByText(/sent again at \d\d:\d\d/)
      .waitFor();
    await expect
      .poll(() => told.slice(before), { timeout: 10_000 })
      .toEqual([{ id: delivery?.event_id, type: "gate_opened" }]);
    const after = await desk.api("olga").webhookDeliveries("chat");
    expect(after[0]?.redelivered_at).not.toBeNull();
  });

  test("a receiver that is gone is shown as switched off, and a test switches it on", async () => {
    answer = 410;
    const [delivery] = await desk.api("olga").webhookDeliveries("chat");
    await desk.api("olga").redeliver("chat", delivery?.event_id ?? "");
    const status = async () => (await desk.api("olga").webhooks())[0]?.status;
    await expect.poll(status, { timeout: 10_000 }).toBe("disabled");
    const page = await desk.open("olga", "/webhooks");
    await card(page, "chat")
      .getByText(/answered 410 Gone on .* is kept for it until a test is accepted\./)
      .waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    answer = 204;
    await card(page, "chat").getByRole("button", { name: "Send a test to chat" }).click();
    await card(page, "chat").getByText("active", { exact: true }).waitFor();
    expect(await status()).toBe("active");
  });

  test("shows a reviewer what they may not do, with the reason", async () => {
    const before = told.length;
    const page = await desk.open("rita", "/webhooks");
    const send = card(page, "chat").getByRole("button", { name: "Send a test to chat" });
    expect(await send.getAttribute("aria-disabled")).toBe("true");
    await page
      .getByText(/Sending a test message takes the role operator; yours is reviewer\./)
      .first()
      .waitFor();
    await send.click({ force: true });
    expect(told).toHaveLength(before);
  });
});
