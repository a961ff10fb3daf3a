import type { NamedToken } from "@greenlight/contract/access";
import type { CompileBrief, ConfigKind, ConfigReport } from "@greenlight/contract/api";
import type { Brief } from "@greenlight/contract/brief";
import type { Pipeline } from "@greenlight/contract/pipeline";
import type { Registry } from "prom-client";
import type { Clock } from "../app/ports/clock.ts";
import type { DecisionLinks } from "../app/ports/decision-links.ts";
import type { EventStore } from "../app/ports/event-store.ts";
import type { Ids } from "../app/ports/ids.ts";
import type { LiveFeed } from "../app/ports/live-feed.ts";
import type { Logger } from "../app/ports/logger.ts";
import type { ObjectStore } from "../app/ports/object-store.ts";
import type { Operations } from "../app/ports/operations.ts";
import type { VersionComparer } from "../app/ports/version-comparer.ts";
import type { Webhooks } from "../app/ports/webhooks.ts";

/** Everything the HTTP server needs; compose.ts brings it. */
export type HttpDeps = {
  readonly operations: Operations;
  readonly store: EventStore;
  readonly feed: LiveFeed;
  readonly webhooks: Webhooks;
  readonly decisions: DecisionLinks;
  readonly objects: ObjectStore;
  readonly comparer: VersionComparer;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** The admin token; every request but the open ones must carry it or one of `tokens`. */
  readonly token: string;
  readonly tokens: readonly NamedToken[];
  /** Where the server listens; decides which Host headers are its own. */
  readonly bound: { readonly host: string; readonly port: number };
  /** Where people reach the server, without a final slash. */
  readonly public_url: string;
  readonly options: HttpOptions;
  readonly pipelines: {
    list(): readonly Pipeline[] | Promise<readonly Pipeline[]>;
    get(name: string): Pipeline | undefined | Promise<Pipeline | undefined>;
  };
  /** The operator's configuration without its secrets. */
  operatorConfig(): unknown;
  validateConfig(text: string, kind: ConfigKind): ConfigReport | Promise<ConfigReport>;
  /** @throws Rejection with a code and, where fields are wrong, their pointers. */
  compileBrief(request: CompileBrief): Brief | Promise<Brief>;
  /** `HOME/uploads`: where uploads are kept and what a brief's paths are relative to. Must exist. */
  readonly uploads_dir: string;
  /** Built files of the web console; null = this server has none. */
  readonly console_dir: string | null;
  readonly version: string;
  readonly metrics: Registry;
  /** Milliseconds since the epoch. */
  readonly started_at: number;
};

export type HttpOptions = {
  /** Host names besides the bound address that this server answers to. */
  readonly allowed_hosts: readonly string[];
  /** Addresses and networks whose X-Forwarded-For is believed. */
  readonly trusted_proxies: readonly string[];
  /** Origins that may call from a browser; empty = CORS is off. */
  readonly cors_origins: readonly string[];
  readonly rate_limit_per_minute: number;
  /** Requests for decision links that do not exist, from one address and from all. */
  readonly link_misses_per_minute: { readonly address: number; readonly all: number };
  readonly body_limit_bytes: number;
  readonly upload_limit_bytes: number;
};
