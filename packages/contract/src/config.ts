import { z } from "zod";
import { namedToken } from "./access.ts";
import { brief } from "./brief.ts";
import type { ErrorCode } from "./errors.ts";
import { gateConfig } from "./gate.ts";
import { allowedHost, hostName, webOrigin } from "./host.ts";
import { stageId } from "./ids.ts";
import { uniqueList } from "./unique-list.ts";
import { webhookConfigs } from "./webhook.ts";

/** `https://name` or `https://name:port`. */
const originUrl = z.url({ protocol: /^https?$/ }).refine(
  (text) => {
    const url = URL.parse(text);
    return url === null || url.href === `${url.origin}/`;
  },
  { message: "only https://name or https://name:port, nothing before or after" },
);

/** An address, or a network as `10.0.0.0/8`. */
const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

const perMinute = z.int().min(1).max(1_000_000);

/** `conf/operator.yaml`: how the server is reached, how much runs at once, where a person decides. */
export const operatorConfig = z.strictObject({
  server: z.strictObject({
    port: z.int().min(0).max(65_535),
    host: hostName,
    /** Without it only a loopback address is bound. */
    allow_external_bind: z.boolean(),
    /** How people reach the server: what links and webhooks say, and a name it answers to. null = the bound address. */
    public_url: originUrl.nullable().default(null),
    /** Names a Host header may carry besides the bound address and that of `public_url`. */
    allowed_hosts: uniqueList(allowedHost),
    /** Proxies whose X-Forwarded-For says who asks: for the limit of each address, and in the audit. */
    trusted_proxies: z.array(network).default([]),
    /** Origins (`https://host:port`) a browser may call from; empty = CORS off. */
    cors_origins: uniqueList(webOrigin),
    /** Per token, and per address for requests without one. */
    rate_limit_per_minute: perMinute,
    /** Requests for decision links that do not exist: from one address, and from all together. */
    link_misses_per_minute: z
      .strictObject({ address: perMinute, all: perMinute })
      .default({ address: 20, all: 200 }),
    /** Largest file of `POST /api/v1/uploads`. */
    upload_limit_bytes: z
      .int()
      .min(1)
      .max(2 ** 40),
  }),
  /** Who may do what besides the holder of ADMIN_TOKEN. Names and hashes are unique. */
  tokens: z.array(namedToken).default([]),
  /** Lanes: jobs that run at the same time. */
  max_concurrent_jobs: z.int().min(1).max(64),
  /** By stage; a stage that is not named has no gate. */
  gates: z.record(stageId, gateConfig),
  /** Who is told of which events. */
  webhooks: webhookConfigs.default([]),
  /** How long ended deliveries of webhooks are kept: the newest so many of each, none longer. Pending ones always are. */
  webhook_log: z
    .strictObject({ keep_days: z.int().min(1).max(3650), keep_per_webhook: z.int().min(1).max(1_000_000) })
    .default({ keep_days: 30, keep_per_webhook: 10_000 }),
  store: z.strictObject({
    /** SQLite's durability. NORMAL can lose the last commits at a power cut, never at a crash of the process. */
    synchronous: z.enum(["OFF", "NORMAL", "FULL", "EXTRA"]),
  }),
});
export type OperatorConfig = z.infer<typeof operatorConfig>;

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** `conf/global.yaml`: limits and resources that hold for every job. */
export const globalConfig = z.strictObject({
  limits: z.strictObject({
    /** Largest single source, file or page. */
    source_bytes: z
      .int()
      .min(1)
      .max(2 ** 32),
    /** Largest picture, video or piece of music that a brief names. */
    media_bytes: z
      .int()
      .min(1)
      .max(2 ** 40),
    /** Longest side of a video that a beat shows, pixels. */
    clip_side_px: z.int().min(16).max(16_384).default(4096),
    /** Longest video that a beat may show a part of, seconds. */
    clip_s: z.number().positive().max(36_000).default(600),
    /** Words that a brief's sources together must have for a job to be made. */
    min_source_words: z.int().min(1).max(100_000),
  }),
  sources: z.strictObject({
    /** Whether a source URL may lead to a private, loopback or link-local address. */
    allow_private_addresses: z.boolean(),
    /** For one page, redirects included. */
    timeout_s: z.number().positive().max(600),
  }),
  /** Child processes kept warm for stages. */
  stage_hosts: z.int().min(1).max(64),
  logging: z.strictObject({ level: z.enum(LOG_LEVELS) }),
});
export type GlobalConfig = z.infer<typeof globalConfig>;

/** `conf/modules.yaml`: which provider does what. A provider that is named here and is down is an error, never swapped. */
export const modulesConfig = z.strictObject({
  writer: z.enum(["builtin"]),
  speech: z.enum(["builtin"]),
  /** Settings of models by name, for the providers that use them. */
  models: z.record(z.string(), z.record(z.string(), z.json())),
});
export type ModulesConfig = z.infer<typeof modulesConfig>;

/** `conf/brief.yaml`: fields a brief starts from when `brief_config` or a free text says the rest. */
export const briefDefaults = brief.partial();

/** What kind of fault it is: all of them codes of errors.ts. */
export const CONFIG_FAULTS = [
  "invalid_yaml",
  "invalid_field",
  "invalid_config",
  "stage_not_found",
  "external_bind_refused",
] as const satisfies readonly ErrorCode[];
export type ConfigFault = (typeof CONFIG_FAULTS)[number];

/** One fault of a configuration file. `line` and `column` count from 1 and point at the value, or at its parent if it is missing. */
export const configProblem = z.object({
  code: z.enum(CONFIG_FAULTS),
  /** At start its path; of `POST /config/validate` its name below `conf/`. */
  file: z.string(),
  line: z.int().min(1),
  column: z.int().min(1),
  /** Dotted path, e.g. `gates.script.on_timeout`; empty for the whole file. */
  field: z.string(),
  /** The same as a JSON Pointer. */
  pointer: z.string(),
  message: z.string(),
  remedy: z.string(),
});
export type ConfigProblem = z.infer<typeof configProblem>;
