/** What a server says of a text by `POST /config/validate`, and what a start says of the same text, are the same. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConfigKind, configReport } from "@greenlight/contract/api";
import { ERRORS } from "@greenlight/contract/errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { App } from "../app/app.ts";
import { compose } from "../compose.ts";
import { readEnvironment } from "../config.ts";
import { SHIPPED_CONF } from "./conf-files.ts";
import { InvalidFile } from "./invalid-file.ts";

const env = { ...readEnvironment({}), adminToken: "correct-horse-battery-staple" };
const operator = readFileSync(join(SHIPPED_CONF, "operator.yaml"), "utf8");
const home = mkdtempSync(join(tmpdir(), "greenlight-verdict-"));
let app: App;
let url: string | null;

beforeAll(async () => {
  app = await compose({ home, env, overrides: { port: 0, log_level: "error" } });
  ({ url } = await app.start());
});
afterAll(async () => {
  await app.close();
  rmSync(home, { recursive: true, force: true });
});

async function asked(text: string, kind: ConfigKind = "operator") {
  const response = await fetch(`${url}/api/v1/config/validate`, {
    method: "POST",
    headers: { authorization: `Bearer ${env.adminToken}`, "content-type": "application/json" },
    body: JSON.stringify({ kind, text }),
  });
  return configReport.parse(await response.json());
}

/** The faults a start with this file is refused for; its file named as over HTTP. */
async function started(text: string, name = "operator.yaml") {
  const other = mkdtempSync(join(tmpdir(), "greenlight-verdict-"));
  const file = join(other, "conf", name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  try {
    const up = await compose({ home: other, env, overrides: { port: 0, http: false } });
    await up.close();
    return [];
  } catch (error) {
    if (!(error instanceof InvalidFile)) throw error;
    return error.problems.map((one) => ({ ...one, file: one.file.replace(/^.*\/conf\//, "") }));
  } finally {
    rmSync(other, { recursive: true, force: true });
  }
}

/** The shipped operator.yaml with one line of it replaced. */
function having(line: string | RegExp, replacement: string): string {
  const text = operator.replace(line, replacement);
  if (text === operator) throw new Error(`operator.yaml has no ${line}`);
  return text;
}

const script = (settings: string, text = operator) =>
  text.replace("script: { required: true }", `script: { ${settings} }`);
const PEOPLE = [
  ["mira", "reviewer", "a"],
  ["otto", "operator", "b"],
  ["vera", "viewer", "c"],
].map(([name, role, digit]) => `  - { name: ${name}, role: ${role}, sha256: "${(digit ?? "").repeat(64)}" }`);
const withPeople = (settings: string, people = PEOPLE) =>
  script(settings, having("tokens: []", ["tokens:", ...people].join("\n")));

const hash = (token: string) => createHash("sha256").update(token).digest("hex");
const webhook = (events: string, secret: string) =>
  having(
    "webhooks: []",
    `webhooks: [{ name: chat, url: "https://a.org", events: ${events}, secret: "${secret}" }]`,
  );

/** name, text, field, words of the message, words of the remedy */
const BROKEN: [string, string, string, RegExp, RegExp][] = [
  ["broken YAML", "server: [", "", /does not parse/, /Mend/],
  ["a key twice", `${operator}store: {}\n`, "", /unique/, /Keep one/],
  [
    "a hash of digits alone",
    having("tokens: []", `tokens: [{ name: a, role: viewer, sha256: ${"1".repeat(64)} }]`),
    "tokens.0.sha256",
    /right/,
    /in quotes/,
  ],
  [
    "a proxy by its name",
    having("trusted_proxies: []", "trusted_proxies: [proxy]"),
    "server.trusted_proxies.0",
    /right/,
    /an IPv4 address/,
  ],
  ["an empty file", "", "server", /missing/, /mapping/],
  ["an unknown field", having("port:", "prot:"), "server.prot", /not known/, /port/],
  [
    "a key of every object",
    having("gates:", "gates:\n  __proto__: { required: true }"),
    "gates.__proto__",
    /not known/,
    /Remove/,
  ],
  [
    "another",
    having("gates:", "gates:\n  constructor: { required: true }"),
    "gates.constructor",
    /not known/,
    /Remove/,
  ],
  ["one at the top", `__proto__: { port: 1 }\n${operator}`, "__proto__", /not known/, /Remove/],
  [
    "one in a list",
    having("tokens: []", 'tokens: [{ "__proto__": 1 }]'),
    "tokens.0.__proto__",
    /not known/,
    /Remove/,
  ],
  ["an unknown stage", having("  script:", "  scrpt:"), "gates.scrpt", /No pipeline/, /script/],
  ["every address", having("host: 127.0.0.1", "host: 0.0.0.0"), "server.host", /other machines/, /allow_ext/],
  [
    "a far name",
    having("host: 127.0.0.1", "host: example.org"),
    "server.host",
    /other machines/,
    /127.0.0.1/,
  ],
  ...["not a host!", "http://a.org", "'[::1]'", "a.org:80", "127.0.0.999", "a..org"].map(
    (host): (typeof BROKEN)[number] => [
      `the host ${host}`,
      having("host: 127.0.0.1", `host: ${host}`),
      "server.host",
      /neither a host name nor/,
      /alone, e.g. 127.0.0.1/,
    ],
  ),
  ...(
    [
      ["https://a.org", /alone, e.g. a.org/],
      ["a.org/x", /alone/],
      ["*.a.org", /alone/],
      ["''", /alone/],
    ] as const
  ).map(([host, remedy]): (typeof BROKEN)[number] => [
    `the allowed host ${host}`,
    having("allowed_hosts: []", `allowed_hosts: [b.org, "${host}"]`.replace(`"''"`, "''")),
    "server.allowed_hosts.1",
    /neither a host name nor/,
    remedy,
  ]),
  ...(
    [
      ["https://a.org/console", /^Give https:\/\/a.org\.$/],
      ["https://a.org/", /^Give https:\/\/a.org\.$/],
      ["https://A.org:443", /^Give https:\/\/a.org\.$/],
      ["ftp://a.org", /an origin, e.g. https/],
      ["a.org", /an origin, e.g. https/],
      ["'*'", /an origin, e.g. https/],
    ] as const
  ).map(([origin, remedy]): (typeof BROKEN)[number] => [
    `the origin ${origin}`,
    having("cors_origins: []", `cors_origins: [${origin}]`),
    "server.cors_origins.0",
    /origin|address/,
    remedy,
  ]),
  [
    "an origin twice",
    having("cors_origins: []", "cors_origins: ['https://a.org', 'https://a.org']"),
    "server.cors_origins.1",
    /twice/,
    /Take one out/,
  ],
  [
    "an approver twice",
    script("required: true, approvers: [ada, ada]"),
    "gates.script.approvers.1",
    /ada stands here twice/,
    /Take one out/,
  ],
  [
    "a token's name twice",
    having("tokens: []", ["tokens:", ...PEOPLE, PEOPLE[0]?.replace("aaaa", "dddd")].join("\n")),
    "tokens.3.name",
    /called mira already/,
    /name of its own/,
  ],
  [
    "the admin token under another name",
    having("tokens: []", `tokens: [{ name: mira, role: viewer, sha256: "${hash(env.adminToken)}" }]`),
    "tokens.0.sha256",
    /admin token itself/,
    /token new mira/,
  ],
  [
    "an event twice",
    webhook("[gate_opened, gate_opened]", "k".repeat(24)),
    "webhooks.0.events.1",
    /twice/,
    /Take one out/,
  ],
  ["an unknown event", webhook("[gate_open]", "k".repeat(24)), "webhooks.0.events.0", /right/, /gate_opened/],
  ["no event", webhook("[]", "k".repeat(24)), "webhooks.0.events", /right/, /at least 1 items/],
  ["a short key", webhook("[gate_opened]", "short"), "webhooks.0.secret", /right/, /at least 24/],
  ...[
    Buffer.alloc(23).toString("base64"),
    Buffer.alloc(65).toString("base64"),
    Buffer.alloc(24).toString("base64").slice(0, -3),
    `${Buffer.alloc(32).toString("base64")}=`,
    `${Buffer.alloc(32).toString("base64").slice(0, -1)}?`,
  ].map((key): (typeof BROKEN)[number] => [
    `the key whsec_${key.slice(-12)}`,
    webhook("[gate_opened]", `whsec_${key}`),
    "webhooks.0.secret",
    /24 to 64 bytes/,
    /base64 of 24 to 64/,
  ]),
  [
    "an approver of no person",
    script("required: true, approvers: [timer]"),
    "gates.script.approvers.0",
    /right/,
    /a name other than/,
  ],
  [
    "no approver that exists",
    withPeople("required: true, approvers: [nobody]"),
    "gates.script.approvers.0",
    /No token is called nobody/,
    /token new nobody/,
  ],
  [
    "an approver who may not",
    withPeople("required: true, approvers: [vera]"),
    "gates.script.approvers.0",
    /viewer/,
    /reviewer or above/,
  ],
  [
    "one approver too few who may",
    withPeople("required: true, approvers: [mira, vera], min_approvals: 2"),
    "gates.script.approvers.1",
    /viewer/,
    /reviewer or above/,
  ],
  [
    "more approvals than there are people",
    withPeople("required: true, min_approvals: 20"),
    "gates.script.min_approvals",
    /only admin, mira, otto/,
    /at most 3/,
  ],
  [
    "more approvals than approvers",
    withPeople("required: true, approvers: [mira], min_approvals: 2"),
    "gates.script.min_approvals",
    /./,
    /./,
  ],
  [
    "nobody but the submitter",
    withPeople("required: true, no_self_approval: true", PEOPLE.slice(2)),
    "gates.script.no_self_approval",
    /what admin submits/,
    /more reviewers/,
  ],
  [
    "only the submitter, also by another's word",
    script("required: true, no_self_approval: true, approvers: [admin]"),
    "gates.script.no_self_approval",
    /what admin submits/,
    /more approvers/,
  ],
  ...(
    [
      ["approvers", "[mira]"],
      ["min_approvals", "2"],
      ["no_self_approval", "true"],
      ["remind_after_s", "60"],
      ["on_timeout", "reject"],
    ] as const
  ).flatMap(([key, value]): typeof BROKEN => [
    [`${key} without a gate`, script(`${key}: ${value}`), `gates.script.${key}`, /no gate/, /required: true/],
    [
      `${key} at a gate approved at once`,
      script(`auto_approve: true, ${key}: ${value}`),
      `gates.script.${key}`,
      /at once/,
      /required: true/,
    ],
  ]),
  ["reopen without a gate", script("reopen: always"), "gates.script.reopen", /no gate/, /required: true/],
  [
    "even_in_automation without a gate",
    script("even_in_automation: true"),
    "gates.script.even_in_automation",
    /no gate/,
    /required: true/,
  ],
  [
    "a person and no person",
    script("required: true, auto_approve: true"),
    "gates.script.auto_approve",
    /both/,
    /Take out auto_approve/,
  ],
  [
    "a reminder after the timer",
    script("auto_approve_after_s: 60, remind_after_s: 61"),
    "gates.script.remind_after_s",
    /./,
    /./,
  ],
];

describe("a broken operator.yaml", () => {
  it.each(BROKEN)("%s", async (_, text, field, message, remedy) => {
    const { valid, errors } = await asked(text);
    expect(valid).toBe(false);
    expect(errors).toEqual(await started(text));
    const fault = errors.find((one) => one.field === field);
    expect(fault?.message).toMatch(message);
    expect(fault?.remedy).toMatch(remedy);
    for (const one of errors) {
      expect(one.code in ERRORS).toBe(true);
      expect(one.pointer).toBe(one.field === "" ? "" : `/${one.field.replaceAll(".", "/")}`);
    }
  });
});

it("points to the very place", async () => {
  const text = having("  script:", "  scrpt:");
  const line = text.split("\n").findIndex((one) => one.startsWith("  scrpt:")) + 1;
  const place = { file: "operator.yaml", line, column: 3, field: "gates.scrpt", pointer: "/gates/scrpt" };
  expect((await asked(text)).errors).toEqual([
    expect.objectContaining({ code: "stage_not_found", ...place }),
  ]);
});

it("finds the gates that a pipeline without their stages would leave behind", async () => {
  const text = "name: explainer\nstages: [{ id: script }]\n";
  const { errors } = await asked(text, "pipeline");
  expect(errors).toEqual(await started(text, "pipelines/explainer.yaml"));
  expect(errors[0]).toMatchObject({ file: "operator.yaml", field: "gates.outline" });
});

describe("a gate that somebody can decide starts", () => {
  it.each<[string, string, string[]]>([
    ["one of the approvers may", withPeople("required: true, approvers: [mira, vera]"), ["approvers.1"]],
    [
      "a guest beside one with a token",
      withPeople("required: true, approvers: [guest, admin]"),
      ["approvers.0"],
    ],
    ["everybody", withPeople("required: true, min_approvals: 3"), []],
    ["one for each submitter", withPeople("required: true, no_self_approval: true"), []],
    [
      "a reviewer, who submits nothing",
      withPeople("required: true, approvers: [mira], no_self_approval: true"),
      [],
    ],
    [
      "all but one's own jobs",
      withPeople("required: true, approvers: [otto], no_self_approval: true"),
      ["no_self_approval"],
    ],
    ["an admin for everybody", script("required: true, approvers: [ada]"), ["approvers.0"]],
    ["an admin for twenty", script("required: true, min_approvals: 20"), ["min_approvals"]],
    ["an admin for another", script("required: true, no_self_approval: true"), ["no_self_approval"]],
    ["a timer", withPeople("auto_approve_after_s: 60, approvers: [nobody]"), ["approvers.0"]],
    ["a timer beside all", script("required: true, auto_approve: true, auto_approve_after_s: 60"), []],
    ["no timer to heed", script("required: true, on_timeout: reject"), ["on_timeout"]],
    ["presets without a gate", script("required: false, approvers: [], min_approvals: 1"), []],
  ])("%s", async (_, text, warned) => {
    const { errors, warnings } = await asked(text);
    expect(errors).toEqual([]);
    expect(await started(text)).toEqual([]);
    expect(warnings.map(({ field }) => field)).toEqual(warned.map((field) => `gates.script.${field}`));
  });
});

describe("what reaches the server is taken", () => {
  it.each([
    having(
      "allowed_hosts: []",
      "allowed_hosts: [a.org, a_b.internal, 'a.org:8008', 10.0.0.5, '::1', '[::1]:80']",
    ),
    having("cors_origins: []", "cors_origins: ['http://localhost:5173', 'https://a.org']"),
    having("host: 127.0.0.1", "host: localhost"),
    having("host: 127.0.0.1", "host: '::1'"),
    having("host: 127.0.0.1", "host: studio.example.org").replace("bind: false", "bind: true"),
    ...[24, 32, 64].flatMap((bytes) => {
      const key = Buffer.alloc(bytes, 7).toString("base64");
      return [
        webhook("[gate_opened]", `whsec_${key}`),
        webhook("[gate_opened]", `whsec_${key.replace(/=+$/, "")}`),
      ];
    }),
  ])("%#", async (text) => {
    expect(await asked(text)).toEqual({ valid: true, errors: [], warnings: [] });
  });
});

it("finds nothing wrong with what is shipped", async () => {
  expect(await asked(operator)).toEqual({ valid: true, errors: [], warnings: [] });
});
