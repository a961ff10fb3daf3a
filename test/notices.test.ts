/**
 * Links and webhooks against a real server that is killed: what was decided by link is decided, what was to be told is
 * told, and a webhook without its key is switched off instead of keeping the server from starting.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server as Receiver, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createClient } from "@greenlight/contract/client";
import { webhookPayload } from "@greenlight/contract/webhook";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { freePort, type Server, smallHome, startServer } from "./support/server.ts";

const PUBLIC = "https://studio.example.org";
const small = smallHome();
const told: { id: string; type: string; url: string | null }[] = [];
let receiver: Receiver;
let server: Server;
let port: number;

beforeAll(async () => {
  receiver = createServer(async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    const { type, data } = webhookPayload.parse(JSON.parse(body));
    told.push({ id: String(incoming.headers["webhook-id"]), type, url: "job" in data ? data.job.url : null });
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`;
  const shipped = readFileSync(new URL("../conf/operator.yaml", import.meta.url), "utf8");
  mkdirSync(join(small.home, "conf"));
  writeFileSync(
    join(small.home, "conf/operator.yaml"),
    shipped.replace("public_url: null", `public_url: ${PUBLIC}`).replace(
      "webhooks: []",
      `webhooks:
  - { name: chat, url: "${address}", events: [gate_opened, gate_approved], secret: ${"k".repeat(24)} }
  - { name: log, url: "${address}", events: [gate_opened], secret_env: KEY_NOBODY_HAS_SET }`,
    ),
  );
  port = await freePort();
  server = await startServer(small.home, port);
});
afterAll(async () => {
  await server.stop();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  small.remove();
});

const client = () => createClient({ url: server.url, token: server.token });

/** Opens a link, or submits its form, under the public name, as a proxy passes it on. */
function visit(address: string, form?: string): Promise<number> {
  const headers = { host: new URL(PUBLIC).host, "content-type": "application/x-www-form-urlencoded" };
  const method = form === undefined ? "GET" : "POST";
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", path: new URL(address).pathname, method, headers });
    sent.on("error", reject).on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.end(form);
  });
}

it("says which webhook is switched off and why, and tests the other", async () => {
  const [chat, log] = await client().webhooks();
  expect(chat).toMatchObject({ name: "chat", status: "active", disabled_reason: null });
  expect(log).toMatchObject({ name: "log", status: "disabled" });
  expect(log?.disabled_reason).toBe("webhooks.1.secret_env: The variable KEY_NOBODY_HAS_SET is not set.");
  const text = readFileSync(join(small.home, "conf/operator.yaml"), "utf8");
  expect(await client().validateConfig("operator", text)).toMatchObject({
    ...{ valid: true, errors: [] },
    warnings: [{ pointer: "/webhooks/1/secret_env", line: expect.any(Number) }],
  });
  const test = await client().testWebhook("chat");
  expect(test).toMatchObject({ accepted: true, http_status: 204 });
  expect(told).toEqual([{ id: test.id, type: "webhook_test", url: null }]);
  await expect(client().testWebhook("log")).rejects.toMatchObject({ problem: { code: "webhook_disabled" } });
});

it("decides once by a link, whatever is killed, and tells of it", { timeout: 120_000 }, async () => {
  const { id } = await client().createJob({ slug: "honey", intent: "explain", brief: small.brief });
  const opened = () =>
    vi.waitFor(async () => expect((await client().job(id)).status).toBe("needs_approval"), 60_000);
  await opened();
  const { url } = await client().createDecisionLink(id, "script", { for: "mira" });
  expect(url).toMatch(/^https:\/\/studio\.example\.org\/decide\/[\w-]{43}$/);

  // Killed while it is being used: the link is used if and only if the log holds its decision.
  const torn = visit(url, "decision=approve&notes=").catch(() => 0);
  await server.kill();
  await torn;
  server = await startServer(small.home, port);
  const byLink = async () =>
    (await client().audit(id, { limit: 1000 })).entries.filter(
      ({ via, action }) => via === "link" && action === "approve",
    );
  expect(await visit(url)).toBe((await byLink()).length === 1 ? 410 : 200);

  const again = await Promise.all([1, 2, 3].map(() => visit(url, "decision=approve&notes=")));
  expect(again.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
  expect(await visit(url)).toBe(410);
  expect((await byLink()).map(({ by }) => by)).toEqual(["mira"]);

  await vi.waitFor(() => expect(new Set(told.map(({ type }) => type))).toContain("gate_approved"), 20_000);
  expect(told.filter(({ type }) => type !== "webhook_test").map(({ url: shown }) => shown)).toContain(
    `${PUBLIC}/jobs/${id}`,
  );
  const [delivery] = await client().webhookDeliveries("chat", { status: "delivered", limit: 1 });
  const before = told.length;
  await client().redeliver("chat", delivery?.event_id ?? "");
  await vi.waitFor(() => expect(told.slice(before).map((one) => one.id)).toContain(delivery?.event_id), 5000);
  await client().cancel(id);
});
