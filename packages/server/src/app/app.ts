import type { Config, Environment } from "../config.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { LiveFeed } from "./ports/live-feed.ts";
import type { ObjectStore } from "./ports/object-store.ts";
import type { Operations } from "./ports/operations.ts";

/** What a command may change of the configuration for its own run. */
export type Overrides = {
  readonly host?: string;
  readonly port?: number;
  /** false = serve nothing; for jobs that run without a server. Default true. */
  readonly http?: boolean;
  /** Threshold of the log on stderr; default: `logging.level` of global.yaml. */
  readonly log_level?: "debug" | "info" | "warn" | "error";
};

/**
 * The whole program, wired. `start` recovers what a crash left behind, then runs queued jobs and serves; `close` ends
 * attempts under way without using up a retry, waits for files to follow the log, and may be called more than once.
 */
export interface App {
  /** `url` has no trailing slash; null when nothing is served. */
  start(): Promise<{ url: string | null; token: string }>;
  readonly operations: Operations;
  readonly store: EventStore;
  readonly feed: LiveFeed;
  readonly objects: ObjectStore;
  readonly config: Config;
  close(): Promise<void>;
}

/** @throws InvalidFile when a configuration file is not valid. */
export type Compose = (options: {
  readonly home: string;
  readonly env: Environment;
  readonly overrides: Overrides;
}) => Promise<App>;
