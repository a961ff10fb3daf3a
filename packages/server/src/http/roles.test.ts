import { createHash } from "node:crypto";
import { me, ROLES, type Role } from "@greenlight/contract/access";
import type { GateConfig } from "@greenlight/contract/gate";
import { problem } from "@greenlight/contract/problem";
import type { InjectOptions } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDecisionLinks } from "../app/decision-links.ts";
import type { NoticeSender, WebhookStore } from "../app/ports/webhooks.ts";
import { adapterOf, hasStatus, openEngine } from "../app/testing/engine.ts";
import { engineOperations } from "../app/testing/engine-operations.ts";
import { createWebhooks } from "../app/webhooks.ts";
import { Rejection } from "../domain/commands.ts";
import { planned } from "../domain/testing/scenario.ts";
import { START, uuidAt } from "./testing/fake-jobs.ts";
import { type Bench, httpBench, TOKEN } from "./testing/http-bench.ts";
import { MemoryLinks } from "./testing/memory-links.ts";

/** Name of a token → its role. The token itself is the name, written twice. */
const HOLDERS: Readonly<Record<string, Role>> = {
  ...{ vera: "viewer", rita: "reviewer", olga: "operator", anna: "admin", rosa: "reviewer" },
};
const tokenOf = (name: string) => (name === "admin" ? TOKEN : name + name);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const tokens = Object.entries(HOLDERS).map(([name, role]) => ({ name, role, sha256: sha256(tokenOf(name)) }));

let engine: Awaited<ReturnType<typeof openEngine>>;
let bench: Bench;
let gate: Partial<GateConfig>;
beforeEach(async () => {
  gate = { required: true };
  engine = await openEngine({ adapters: [adapterOf("script", async () => {})] });
  await engine.dispatcher.start([]);
  const operations = engineOperations(engine, () => [planned("script", gate)]);
  const { store, feed, objects } = engine;
  const webhooks = createWebhooks([], {
    ...{ store, feed, log: engine.log, ids: engine.ids, clock: { now: () => START } },
    ...{ deliveries: {} as WebhookStore, sender: {} as NoticeSender, random: () => 0, jobUrl: () => null },
    keep: { keep_days: 1, keep_per_webhook: 1 },
  });
  const decisions = createDecisionLinks({
    ...{ links: new MemoryLinks(new Map()), store, operations, tokens },
    ...{ clock: { now: () => START }, ids: engine.ids },
  });
  bench = await httpBench(
    { rate_limit_per_minute: 50 },
    { operations, webhooks, store, feed, objects, tokens, decisions },
  );
});
afterEach(async () => {
  await bench.close();
  await engine.close();
});

const as = (name: string, options: InjectOptions) =>
  bench.app.inject({
    ...options,
    headers: { authorization: `Bearer ${tokenOf(name)}`, ...options.headers },
  });
const post = (name: string, path: string, payload: object = {}, headers: Record<string, string> = {}) =>
  as(name, { method: "POST", url: `/api/v1/${path}`, payload, headers });
const request = {
  slug: "tide",
  intent: "explain",
  brief: { title: "Tide", sources: [{ text: "The sea." }] },
};

/** A job of `name` that waits at its only gate. */
async function waiting(name = "olga"): Promise<string> {
  const { id } = (await post(name, "jobs", request)).json<{ id: string }>();
  await engine.until(id, hasStatus("needs_approval"));
  return id;
}
async function decided(jobId: string) {
  const events = await engine.store.readJob(jobId, 0, 100);
  return events
    .filter((event) => /^gate_(approved|rejected)$/.test(event.type))
    .map((event) => ({ by: Reflect.get(event.payload, "by"), ...event.origin }));
}

describe("what a role may not do is refused with the role it takes, on every route", () => {
  const NONE_ID = uuidAt(START, 99);
  const NONE = `jobs/${NONE_ID}`;
  const file = {
    headers: { "content-type": "multipart/form-data; boundary=x" },
    payload: Buffer.from(
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\nThe sea.\r\n--x--\r\n',
    ),
  };
  // A job that does not exist: what is permitted gets as far as 404.
  const json = (path: string, payload: object = {}): InjectOptions => ({
    url: `/api/v1/${path}`,
    payload,
  });
  const patch = { type: "text_replace", replacements: [{ old: "a", new: "b" }] };
  it.each<[string, Role, InjectOptions, number]>([
    ["submit", "operator", json("jobs", request), 201],
    ["approve", "reviewer", json(`${NONE}/approve`, { stage: "script" }), 404],
    ["reject", "reviewer", json(`${NONE}/reject`, { stage: "script" }), 404],
    ["resume", "reviewer", json(`${NONE}/resume`), 404],
    ["apply patch", "reviewer", json(`${NONE}/patches/script/apply`, patch), 404],
    ["upload", "reviewer", { url: "/api/v1/uploads", ...file }, 201],
    ["pause", "operator", json(`${NONE}/pause`), 404],
    ["cancel", "operator", json(`${NONE}/cancel`), 404],
    ["retry", "operator", json(`${NONE}/retry`), 404],
    ["send a delivery again", "operator", json(`webhooks/none/deliveries/${NONE_ID}/redeliver`), 404],
    ["test a webhook", "operator", json("webhooks/none/test"), 404],
    ["make a ticket", "viewer", json("tickets"), 201],
    ["validate a configuration", "viewer", json("config/validate", { kind: "operator", text: "" }), 200],
  ])("%s takes %s", async (_, needed, options, permitted) => {
    for (const [name, role] of Object.entries(HOLDERS)) {
      const response = await as(name, { ...options, method: "POST" });
      if (ROLES.indexOf(role) >= ROLES.indexOf(needed)) expect(response.statusCode).toBe(permitted);
      else {
        const told = problem.parse(response.json());
        expect(told).toMatchObject({ status: 403, code: "role_not_allowed" });
        expect(told.detail).toContain(`the role ${needed}`);
      }
    }
  });

  it("and nothing has changed", async () => {
    const id = await waiting();
    const before = await engine.store.readJob(id, 0, 100);
    for (const path of ["approve", "reject"]) await post("vera", `jobs/${id}/${path}`, { stage: "script" });
    for (const path of ["pause", "cancel", "retry"]) await post("rita", `jobs/${id}/${path}`);
    expect(await engine.store.readJob(id, 0, 100)).toEqual(before);
  });
});

describe("who I am", () => {
  it.each(Object.entries(HOLDERS))("%s is told what the role %s may do", async (name, role) => {
    const { may, ...who } = me.parse((await as(name, { url: "/api/v1/me" })).json());
    expect(who).toEqual({ name, role });
    for (const { allowed, least_role } of Object.values(may))
      expect(allowed).toBe(ROLES.indexOf(role) >= ROLES.indexOf(least_role));
    expect(may.retry.least_role).toBe("operator");
  });

  it("nobody without a token", async () => {
    expect((await bench.app.inject({ url: "/api/v1/me" })).statusCode).toBe(401);
  });
});

describe("a viewer", () => {
  it.each(["jobs", "events/stream?after=nonsense", "pipelines", "config/operator", "patches/types"])(
    "reads %s",
    async (path) => {
      expect([200, 400]).toContain((await as("vera", { url: `/api/v1/${path}` })).statusCode);
    },
  );

  it("opens the docs with the token as the password, and the metrics", async () => {
    const authorization = `Basic ${Buffer.from(`x:${tokenOf("vera")}`).toString("base64")}`;
    expect((await bench.app.inject({ url: "/docs/", headers: { authorization } })).statusCode).toBe(200);
    expect((await as("vera", { url: "/metrics" })).statusCode).toBe(200);
  });
});

describe("by", () => {
  it("is the token's name, whatever a reviewer claims", async () => {
    const id = await waiting();
    const response = await post("rita", `jobs/${id}/approve`, { stage: "script", by: "mira" });
    expect(response.statusCode).toBe(200);
    expect(await decided(id)).toEqual([
      { by: "rita", via: "http", token: "rita", address: "127.0.0.1", link_id: null },
    ]);
  });

  it.each(["anna", "admin"])("is who %s says, with the token that said it in the origin", async (name) => {
    const id = await waiting();
    await post(name, `jobs/${id}/reject`, { stage: "script", by: "mira" }, { "x-greenlight-client": "cli" });
    expect(await decided(id)).toEqual([
      { by: "mira", via: "cli", token: name, address: "127.0.0.1", link_id: null },
    ]);
  });

  it.each(["auto", "timer"])("cannot be %s, not even for an admin", async (by) => {
    const id = await waiting();
    const response = await post("admin", `jobs/${id}/approve`, { stage: "script", by });
    expect(problem.parse(response.json()).code).toBe("invalid_field");
    expect(await decided(id)).toEqual([]);
  });

  it("of a job is who submitted it", async () => {
    expect((await engine.bus.load(await waiting("olga"))).submitted_by).toBe("olga");
  });
});

describe("gates of chosen people", () => {
  const codeOf = async (name: string, id: string, more: object = {}) => {
    const response = await post(name, `jobs/${id}/approve`, { stage: "script", ...more });
    return response.statusCode === 200 ? response.json().status : problem.parse(response.json()).code;
  };

  it("the submitter may not approve; another may", async () => {
    gate = { required: true, no_self_approval: true };
    const id = await waiting("olga");
    expect(await codeOf("olga", id)).toBe("self_approval_refused");
    expect(await codeOf("olga", id, { by: "rita" })).toBe("self_approval_refused");
    expect(await codeOf("rita", id)).toBe("completed");
  });

  it("only approvers may, and each counts once", async () => {
    gate = { required: true, approvers: ["rita", "rosa"], min_approvals: 2 };
    const id = await waiting();
    expect(await codeOf("olga", id)).toBe("approver_not_allowed");
    expect(await codeOf("olga", id, { by: "rosa" })).toBe("approver_not_allowed");
    expect(await codeOf("admin", id)).toBe("approver_not_allowed");
    expect(await codeOf("rita", id)).toBe("needs_approval");
    expect(await codeOf("rita", id, { by: "rosa" })).toBe("gate_already_decided");
    expect(await codeOf("rosa", id)).toBe("completed");
    expect((await decided(id)).map(({ by }) => by)).toEqual(["rita", "rosa"]);
  });
});

describe("decision links", () => {
  const linkFor = (maker: string, id: string, person: string) =>
    post(maker, `jobs/${id}/gates/script/links`, { for: person });
  /** What opening the link and pressing Approve leads to: the job's status, or the code of the page. */
  const approveBy = async (maker: string, id: string, person: string) => {
    const made = await linkFor(maker, id, person);
    expect(made.statusCode).toBe(201);
    const page = await bench.app.inject({
      ...{ method: "POST", url: new URL(made.json().url).pathname, payload: "decision=approve&notes=" },
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    if (page.statusCode === 200) return (await engine.bus.load(id)).status;
    return /class="soft">(\w+)</.exec(page.body)?.[1];
  };

  it("a viewer may not make one, not even for herself", async () => {
    const id = await waiting();
    const told = problem.parse((await linkFor("vera", id, "vera")).json());
    expect(told).toMatchObject({ status: 403, code: "role_not_allowed" });
    expect(told.detail).toContain("the role reviewer");
  });

  it.each(["rita", "olga"])("%s may make one for her own name and for no other", async (name) => {
    const id = await waiting();
    expect((await linkFor(name, id, name)).statusCode).toBe(201);
    const told = problem.parse((await linkFor(name, id, "rosa")).json());
    expect(told).toMatchObject({ status: 403, code: "role_not_allowed" });
    expect(told.detail).toContain("another name");
  });

  it("count as the person's approval: once each, by approvers only, never the submitter's", async () => {
    const approvers = ["rita", "rosa", "olga"];
    gate = { required: true, approvers, min_approvals: 2, no_self_approval: true };
    const id = await waiting("olga");
    expect(await approveBy("anna", id, "olga")).toBe("self_approval_refused");
    expect(await approveBy("anna", id, "mira")).toBe("approver_not_allowed");
    expect(await approveBy("rita", id, "rita")).toBe("needs_approval");
    expect(await approveBy("anna", id, "rita")).toBe("gate_already_decided");
    expect(await approveBy("anna", id, "rosa")).toMatch(/^(running|completed)$/);
    expect(await decided(id)).toMatchObject([
      { by: "rita", via: "link", token: null, link_made_by: "rita" },
      { by: "rosa", via: "link", token: null, link_made_by: "anna" },
    ]);
  });
});

describe("tokens", () => {
  it("have a rate of their own each", async () => {
    const status = async (name: string) => (await as(name, { url: "/api/v1/pipelines" })).statusCode;
    for (let n = 0; n < 50; n++) expect(await status("vera")).toBe(200);
    expect([await status("vera"), await status("rita"), await status("admin")]).toEqual([429, 200, 200]);
  });

  it.each([sha256(tokenOf("rita")), "", "rita", tokenOf("rita").toUpperCase()])(
    "are not %j",
    async (token) => {
      const headers = { authorization: `Bearer ${token}` };
      expect((await bench.app.inject({ url: "/api/v1/jobs", headers })).statusCode).toBe(401);
    },
  );

  it("none opens with the empty password, also where the hash of nothing was configured", async () => {
    const careless = await httpBench({}, { tokens: [{ name: "eve", role: "admin", sha256: sha256("") }] });
    const headers = { authorization: `Basic ${Buffer.from("eve:").toString("base64")}` };
    expect((await careless.app.inject({ url: "/docs/", headers })).statusCode).toBe(401);
    await careless.close();
  });

  it("that are the admin token keep the server from starting", async () => {
    const twin = { name: "eve", role: "viewer", sha256: sha256(TOKEN) } as const;
    const error = await httpBench({}, { tokens: [twin] }).catch((e: unknown) => e);
    expect(error instanceof Rejection && error.code).toBe("invalid_config");
  });
});
