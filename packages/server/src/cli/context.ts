import type { Readable, Writable } from "node:stream";
import type { Compose } from "../app/app.ts";
import type { Environment } from "../config.ts";

/** Ends of the process as a command sees them; tests hand in their own. */
export type CliContext = {
  readonly env: Environment;
  /** The folder relative paths start from. */
  readonly cwd: string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Loaded when needed: client commands start without the server's modules. */
  readonly compose: () => Promise<Compose>;
  readonly fetch: typeof fetch;
  /** Calls back on SIGINT and SIGTERM; returns the function that stops it. */
  onInterrupt(listener: () => void): () => void;
};

/** Exit codes of CONTRACT: 0 done, 1 failed, 2 bad input, 3 acceptance not met, 130 interrupted. */
export const EXIT = { done: 0, failed: 1, badInput: 2, notAccepted: 3, interrupted: 130 } as const;
