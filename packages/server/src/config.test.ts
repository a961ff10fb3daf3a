import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigKind } from "@greenlight/contract/api";
import { describe, expect, test } from "vitest";
import { checkText } from "./config/check-files.ts";
import { readConfFiles, SHIPPED_CONF } from "./config/conf-files.ts";
import { InvalidFile } from "./config/invalid-file.ts";
import { newToken } from "./config/new-token.ts";
import { publicOperator } from "./config/public-operator.ts";
import { keptToken, operatorToken, tokenFile } from "./config/token.ts";
import { hostEnvironment, loadConfig, readEnvironment } from "./config.ts";
import { Rejection } from "./domain/commands.ts";

const env = readEnvironment({});
const shipped = (name: string) => readFileSync(join(SHIPPED_CONF, name), "utf8");

/** A home whose conf/ has these files. */
function homeWith(files: Record<string, string> = {}): string {
  const home = mkdtempSync(join(tmpdir(), "greenlight-conf-"));
  for (const [name, text] of Object.entries({ "brief.yaml": "tone: clear\n", ...files })) {
    mkdirSync(join(home, "conf", name, ".."), { recursive: true });
    writeFileSync(join(home, "conf", name), text);
  }
  return home;
}

/** What is wrong with a text in place of a shipped file. */
const validateConfig = (kind: ConfigKind, text: string) =>
  checkText(kind, text, readConfFiles(SHIPPED_CONF), { variables: {}, adminSha256: null }).problems;

function faults(home: string) {
  try {
    loadConfig({ home, env });
  } catch (error) {
    if (error instanceof InvalidFile) return error.problems;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

describe("the shipped configuration", () => {
  test("loads with the gates as promised", () => {
    const config = loadConfig({ home: homeWith(), env });
    const plan = config.planFor("explainer");
    expect(plan.filter((stage) => stage.gate).map((stage) => stage.id)).toEqual([
      "script",
      "storyboard",
      "assets",
      "audio",
    ]);
    expect(plan[0]).toMatchObject({ id: "outline", uses: "outline", timeout_s: 120, retries: 2, gate: null });
    expect(config.operator.server).toMatchObject({
      port: 8008,
      host: "127.0.0.1",
      allow_external_bind: false,
    });
    expect(config.render.profiles.broadcast).toMatchObject({ loudness_lufs: -23, caption_max_chars: 42 });
  });

  test("says which pipelines there are when asked for another", () => {
    const config = loadConfig({ home: homeWith(), env });
    expect(() => config.planFor("film")).toThrow(Rejection);
    expect(() => config.planFor("film")).toThrow(/explainer/);
  });
});

describe("a home's own conf", () => {
  test("replaces file by file and adds pipelines", () => {
    const home = homeWith({
      "operator.yaml": shipped("operator.yaml").replace("port: 8008", "port: 9"),
      "pipelines/short.yaml": "name: short\nstages: [{ id: script }, { id: audio, uses: voice }]\n",
    });
    const config = loadConfig({ home, env });
    expect(config.operator.server.port).toBe(9);
    expect(config.files.get("operator.yaml")).toBe(join(home, "conf", "operator.yaml"));
    expect(config.files.get("global.yaml")).toBe(join(SHIPPED_CONF, "global.yaml"));
    expect([...config.pipelines.keys()]).toEqual(["explainer", "short"]);
    expect(config.planFor("short").map((stage) => [stage.uses, stage.gate?.required ?? false])).toEqual([
      ["script", true],
      ["voice", true],
    ]);
  });

  test("a timer or auto approval alone makes a gate; required: false alone makes none", () => {
    const gates =
      "gates:\n  script: { auto_approve_after_s: 5 }\n  audio: { auto_approve: true }\n  assets: {}\nstore:";
    const home = homeWith({
      "operator.yaml": shipped("operator.yaml").replace(/gates:[\s\S]*store:/, gates),
    });
    const plan = loadConfig({ home, env }).planFor("explainer");
    expect(plan.filter((stage) => stage.gate).map((stage) => stage.id)).toEqual(["script", "audio"]);
    expect(plan.find((stage) => stage.id === "script")?.gate).toMatchObject({
      required: false,
      auto_approve_after_s: 5,
      on_timeout: "approve",
    });
  });

  test("a gate that can never be as it says", () => {
    const gates = `gates:
  script: { required: true, remind_after_s: 60, auto_approve_after_s: 60 }
  audio: { required: true, approvers: [ada, ada], min_approvals: 2 }
  assets: { approvers: [timer], reopen: sometimes }
store:`;
    const home = homeWith({
      "operator.yaml": shipped("operator.yaml").replace(/gates:[\s\S]*store:/, gates),
    });
    const found = faults(home).map(({ field, line, column }) => [field, line > 1, column > 1]);
    expect(found.sort()).toEqual([
      ["gates.assets.approvers.0", true, true],
      ["gates.assets.reopen", true, true],
      ["gates.audio.approvers.1", true, true],
      ["gates.audio.min_approvals", true, true],
      ["gates.script.remind_after_s", true, true],
    ]);
  });

  test("collects the faults of every file", () => {
    const home = homeWith({ "global.yaml": "limits: 3\n", "modules.yaml": "writer: best\n" });
    const files = faults(home).map((fault) => fault.file.slice(home.length));
    expect(new Set(files)).toEqual(new Set(["/conf/global.yaml", "/conf/modules.yaml"]));
  });

  test("a gate of a stage that no pipeline has", () => {
    const home = homeWith({
      "operator.yaml": shipped("operator.yaml").replace("  assets: {", "  asets: {"),
    });
    expect(faults(home)).toEqual([
      expect.objectContaining({ field: "gates.asets", column: 3, message: "No pipeline has this stage." }),
    ]);
  });

  test("a pipeline whose name differs from its file's", () => {
    const home = homeWith({ "pipelines/short.yaml": "# short\nname: long\nstages: [{ id: script }]\n" });
    expect(faults(home)).toEqual([
      expect.objectContaining({ line: 2, column: 7, field: "name", remedy: "Give short." }),
    ]);
  });
});

describe("each fault has its place and its remedy", () => {
  const modules = (text: string) =>
    validateConfig("modules", text).map((f) => [f.line, f.column, f.field, f.message, f.remedy]);

  test("broken YAML", () => {
    const [fault] = validateConfig("modules", "writer: builtin\nspeech: [builtin\nmodels: {}\n");
    expect(fault).toMatchObject({ code: "invalid_yaml", file: "modules.yaml", field: "", line: 3 });
    expect(fault?.message).toMatch(/does not parse/);
  });

  test("a key given twice", () => {
    expect(
      modules("writer: builtin\nwriter: builtin\nspeech: builtin\nmodels: {}\n")[0]?.slice(0, 2),
    ).toEqual([2, 1]);
  });

  test("an unknown field, with the one that was meant", () => {
    expect(modules("writer: builtin\nspeech: builtin\nmodles: {}\nmodels: {}\n")).toEqual([
      [3, 1, "modles", "This field is not known.", "Did you mean models? Otherwise remove it."],
    ]);
  });

  test("an unknown field like no other lists the known ones", () => {
    expect(modules("writer: builtin\nspeech: builtin\nmodels: {}\ncolour: red\n")[0]?.[4]).toBe(
      "Remove it; known here: writer, speech, models.",
    );
  });

  test("a missing field points at its parent", () => {
    const text = shipped("global.yaml").replace(/^ {2}allow_private.*$/m, "  # gone");
    const line = text.split("\n").findIndex((l) => l.startsWith("  timeout_s")) + 1;
    const [fault] = validateConfig("global", text);
    expect(fault).toMatchObject({
      line,
      column: 3,
      field: "sources.allow_private_addresses",
      message: "This field is missing.",
      remedy: "Give true or false.",
    });
  });

  test("a value out of range", () => {
    const text = shipped("operator.yaml").replace("port: 8008", "port: 80080");
    expect(validateConfig("operator", text)).toEqual([
      {
        code: "invalid_field",
        file: "operator.yaml",
        line: 3,
        column: 9,
        field: "server.port",
        pointer: "/server/port",
        message: expect.stringContaining("65535"),
        remedy: "Give a whole number from 0 to 65535.",
      },
    ]);
  });

  test("a choice that does not exist, inside a flow mapping", () => {
    const text = "name: x\nstages:\n  - { id: a }\n  - { id: b, retries: often }\n";
    expect(validateConfig("pipeline", text)).toEqual([
      expect.objectContaining({ line: 4, column: 23, field: "stages.1.retries" }),
    ]);
  });

  test("a merged value points to where it stands", () => {
    const text = shipped("render.yaml").replace("true_peak_dbtp: -1", "true_peak_dbtp: loud");
    const line = text.split("\n").findIndex((l) => l.includes("loud\n") || l.endsWith(": loud")) + 1;
    expect(validateConfig("render", text).map((f) => [f.field, f.line, f.column])).toEqual([
      ["profiles.web.true_peak_dbtp", line, 21],
      ["profiles.broadcast.true_peak_dbtp", line, 21],
    ]);
  });

  test("a profile that is not there", () => {
    const text = shipped("render.yaml").replace("profile: web", "profile: cinema");
    expect(validateConfig("render", text)).toEqual([
      expect.objectContaining({ field: "profile", column: 10, remedy: "Use one of web, broadcast." }),
    ]);
  });

  test("a stage name that is none", () => {
    const text = shipped("operator.yaml").replace("  script: {", "  Script!: {");
    expect(validateConfig("operator", text)).toEqual([
      expect.objectContaining({ field: "gates.Script!", column: 3, message: "This name is not allowed." }),
    ]);
  });

  test.each([
    ["mira", "a", "mira", "b", "tokens.1.name", "Another token is called mira already."],
    ["mira", "a", "ada", "a", "tokens.1.sha256", "It is the token of mira as well."],
    ["mira", "a", "admin", "b", "tokens.1.name", "admin is the name of ADMIN_TOKEN's holder."],
    ["mira", "a", "timer", "b", "tokens.1.name", "This value is not right."],
    ["mira", "a", "ada", "g", "tokens.1.sha256", expect.stringContaining("not right")],
  ])("tokens %s %s and %s %s", (one, hash, other, twin, field, message) => {
    const list = [
      `tokens:`,
      `  - { name: ${one}, role: viewer, sha256: "${hash.repeat(64)}" }`,
      `  - { name: ${other}, role: admin, sha256: "${twin.repeat(64)}" }`,
    ].join("\n");
    const text = shipped("operator.yaml").replace("tokens: []", list);
    const line = text.split("\n").indexOf("tokens:") + 3;
    const column = field.endsWith("name") ? 13 : 13 + other.length + ", role: admin, sha256: ".length;
    expect(validateConfig("operator", text)).toEqual([
      expect.objectContaining({ line, column, field, message }),
    ]);
  });

  test("an empty file", () => {
    expect(modules("").map((fault) => fault.slice(0, 3))).toEqual([
      [1, 1, "writer"],
      [1, 1, "speech"],
      [1, 1, "models"],
    ]);
  });
});

describe("named tokens", () => {
  const token = { name: "no", role: "reviewer" } as const;

  test("as they are made, load; what is shown of them is name and role", () => {
    const made = newToken(token.name, token.role);
    expect(createHash("sha256").update(made.token).digest("hex")).toBe(made.entry.sha256);
    expect(Buffer.from(made.token, "base64url")).toHaveLength(32);
    const text = shipped("operator.yaml").replace("tokens: []", `tokens:\n${made.yaml}`);
    const { operator } = loadConfig({ home: homeWith({ "operator.yaml": text }), env });
    expect(operator.tokens).toEqual([made.entry]);
    const shown = publicOperator(operator);
    expect(shown).toEqual({ ...operator, tokens: [token] });
    expect(JSON.stringify(shown)).not.toContain(made.entry.sha256);
  });

  test("are none unless given", () => {
    const text = shipped("operator.yaml").replace("tokens: []", "");
    expect(loadConfig({ home: homeWith({ "operator.yaml": text }), env }).operator.tokens).toEqual([]);
  });
});

describe("the token", () => {
  test("is made once, with 32 random bytes, readable by its owner only", async () => {
    const home = homeWith();
    expect(await keptToken(home)).toBeNull();
    const tokens = await Promise.all([1, 2, 3].map(() => operatorToken(home, null)));
    expect(new Set(tokens).size).toBe(1);
    expect(Buffer.from(tokens[0] ?? "", "base64url")).toHaveLength(32);
    expect(await operatorToken(home, null)).toBe(tokens[0]);
    expect(statSync(tokenFile(home)).mode & 0o777).toBe(0o600);
  });

  test("comes from the environment first, and is then not written", async () => {
    const home = homeWith();
    expect(await operatorToken(home, readEnvironment({ ADMIN_TOKEN: "t" }).adminToken)).toBe("t");
    expect(await keptToken(home)).toBeNull();
  });

  test("an empty variable counts as not set", () => {
    expect(readEnvironment({ ADMIN_TOKEN: "", GREENLIGHT_URL: "" })).toEqual({
      adminToken: null,
      token: null,
      url: null,
      home: null,
    });
  });
});

describe("server.public_url", () => {
  const withUrl = (value: string) =>
    shipped("operator.yaml").replace("public_url: null", `public_url: ${value}`);

  test.each(["https://studio.example.org", "http://10.0.0.5:8008/", "'http://[fd00::5]:8008'"])(
    "takes %s",
    (value) => {
      const home = homeWith({ "operator.yaml": withUrl(value) });
      expect(loadConfig({ home, env }).operator.server.public_url).toBe(value.replaceAll("'", ""));
    },
  );

  test.each([
    "studio.example.org",
    "ftp://studio.example.org",
    "https://studio.example.org/greenlight",
    "https://u:p@studio.example.org",
    "https://studio.example.org/?a=1",
  ])("refuses %s with its place", (value) => {
    const text = withUrl(value);
    const line = text.split("\n").findIndex((one) => one.includes("public_url")) + 1;
    const [fault, ...others] = faults(homeWith({ "operator.yaml": text }));
    expect(fault).toMatchObject({ line, column: 15, field: "server.public_url" });
    expect(fault?.remedy).toContain("https://");
    expect(others).toEqual([]);
  });
});

test("server.trusted_proxies takes addresses and networks, nothing else", () => {
  const withProxies = (list: string) =>
    shipped("operator.yaml").replace("trusted_proxies: []", `trusted_proxies: ${list}`);
  const list = "[127.0.0.1, 10.0.0.0/8, '::1', 'fd00::/8']";
  expect(validateConfig("operator", withProxies(list))).toEqual([]);
  for (const bad of ["[proxy.example]", "[10.0.0.0/40]", "[true]"])
    expect(validateConfig("operator", withProxies(bad)).map(({ field }) => field)).toEqual([
      "server.trusted_proxies.0",
    ]);
});

describe("webhooks", () => {
  const withWebhooks = (...lines: string[]) =>
    shipped("operator.yaml").replace(
      "webhooks: []",
      ["webhooks:", ...lines.map((line) => `  - { ${line} }`)].join("\n"),
    );
  const chat = "name: chat, url: 'https://u:p@hooks.example/in?key=1', events: [gate_opened]";
  const key = "k".repeat(24);

  test("keep their keys to themselves, wherever they come from", () => {
    const text = withWebhooks(
      `${chat}, secret: ${key}`,
      `${chat.replace("chat", "log")}, secret_env: LOG_KEY`,
    );
    const variables = {
      LOG_KEY: `whsec_${Buffer.alloc(32, 1).toString("base64")}`,
      ADMIN_TOKEN: "t",
      PATH: "/",
    };
    const home = homeWith({ "operator.yaml": text });
    const { operator, webhooks, warnings } = loadConfig({ home, env }, variables);
    expect(webhooks.map((webhook) => Reflect.get(webhook, "key"))).toEqual([
      Buffer.from(key),
      Buffer.alloc(32, 1),
    ]);
    expect(warnings).toEqual([]);
    expect(hostEnvironment(operator, variables)).toEqual({ PATH: "/" });
    const told = JSON.stringify(publicOperator(operator));
    expect(told).toContain('"https://hooks.example/…"');
    expect(told).not.toContain(key);
  });

  test.each([
    [undefined, "The variable LOG_KEY is not set."],
    ["", "The variable LOG_KEY is not set."],
    ["sesame", "The variable LOG_KEY holds no key: 24 to 500 characters, or whsec_ and base64."],
    [
      "whsec_sesame_sesame_sesame",
      "The variable LOG_KEY holds no key: 24 to 500 characters, or whsec_ and base64.",
    ],
  ])(
    "one whose variable is %j is switched off, told by place and variable, never by value",
    (value, message) => {
      const text = withWebhooks(
        `${chat}, secret: ${key}`,
        `${chat.replace("chat", "log")}, secret_env: LOG_KEY`,
      );
      const config = loadConfig({ home: homeWith({ "operator.yaml": text }), env }, { LOG_KEY: value });
      expect(config.webhooks.map((webhook) => Reflect.get(webhook, "disabled_reason"))).toEqual([
        undefined,
        `webhooks.1.secret_env: ${message}`,
      ]);
      const line = text.split("\n").findIndex((one) => one.includes("LOG_KEY")) + 1;
      const column = (text.split("\n")[line - 1] ?? "").indexOf("LOG_KEY") + 1;
      const place = { line, column, field: "webhooks.1.secret_env", pointer: "/webhooks/1/secret_env" };
      expect(config.warnings).toEqual([expect.objectContaining({ ...place, message })]);
      expect(config.warnings[0]?.remedy).toContain("Set LOG_KEY");
      expect(JSON.stringify(config.warnings)).not.toContain("sesame");
      expect(config.validate("operator", text)).toEqual({
        problems: [],
        warnings: [expect.objectContaining({ ...place, message, file: "operator.yaml" })],
      });
    },
  );

  test.each([
    ["neither key", chat, "webhooks.0.secret"],
    ["both keys", `${chat}, secret: ${key}, secret_env: X`, "webhooks.0.secret"],
    ["a short key", `${chat}, secret: short`, "webhooks.0.secret"],
    ["no events", `${chat.replace("[gate_opened]", "[]")}, secret: ${key}`, "webhooks.0.events"],
    ["an unknown event", `${chat.replace("gate_opened", "x")}, secret: ${key}`, "webhooks.0.events.0"],
    ["another protocol", `${chat.replace("https", "ftp")}, secret: ${key}`, "webhooks.0.url"],
  ])("%s is refused", (_, line, field) => {
    expect(validateConfig("operator", withWebhooks(line)).map((fault) => fault.field)).toEqual([field]);
  });

  test("two of one name are refused", () => {
    const line = `${chat}, secret: ${key}`;
    expect(validateConfig("operator", withWebhooks(line, line)).map((fault) => fault.field)).toEqual([
      "webhooks.1.name",
    ]);
  });
});
