import { createServer } from "node:net";
import type { OperatorConfig } from "@greenlight/contract/config";
import { Rejection } from "./domain/commands.ts";

type ServerConfig = OperatorConfig["server"];
export type BoundAddress = { readonly host: string; readonly port: number };

/** Where the server is to listen. @throws Rejection external_bind_refused */
export async function boundAddress(
  overrides: { readonly host?: string; readonly port?: number },
  server: ServerConfig,
): Promise<BoundAddress> {
  const host = overrides.host ?? server.host;
  refuseExternal(host, server);
  return { host, port: (overrides.port ?? server.port) || (await freePort(host)) };
}

export function originOf({ host, port }: BoundAddress): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/**
 * What people are told to open, without a final slash: `server.public_url`, else where the server listens (`localhost`
 * if that is every address); null when neither is there.
 */
export function publicOrigin(server: ServerConfig, bound: BoundAddress | null): string | null {
  if (server.public_url !== null) return new URL(server.public_url).origin;
  if (bound === null) return null;
  return originOf(bindsEverywhere(bound) ? { ...bound, host: "localhost" } : bound);
}

export function bindsEverywhere({ host }: BoundAddress): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** Whether only this machine can reach it. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|::1)$/.test(host);
}

/** @throws Rejection external_bind_refused */
function refuseExternal(host: string, server: OperatorConfig["server"]): void {
  if (server.allow_external_bind || isLoopback(host)) return;
  throw new Rejection(
    "external_bind_refused",
    `${host} can be reached from other machines; set server.allow_external_bind: true in operator.yaml if you mean it`,
  );
}

/** A port that was free a moment ago; its number must be known before listening, for the Host check. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
