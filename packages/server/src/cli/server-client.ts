import { resolve } from "node:path";
import { type Client, createClient } from "@greenlight/contract/client";
import { keptToken } from "../config/token.ts";
import { loadConfig } from "../config.ts";
import type { CliContext } from "./context.ts";
import { homeHolder } from "./home-lock.ts";
import { BadInput } from "./print-error.ts";

/**
 * A client of the running server: at GREENLIGHT_URL, else where this home is served, else where its configuration
 * says; with GREENLIGHT_TOKEN, else ADMIN_TOKEN, else the token kept in the home.
 * @throws BadInput when there is no token.
 */
export async function serverClient(home: string, context: CliContext): Promise<Client> {
  const folder = resolve(context.cwd, home);
  const token = context.env.token ?? context.env.adminToken ?? (await keptToken(folder));
  if (token === null)
    throw new BadInput(
      `There is no token: neither GREENLIGHT_TOKEN nor ADMIN_TOKEN is set and no server was started in ${folder}.`,
      "Set GREENLIGHT_TOKEN, give the server's --home, or start one with `greenlight serve`.",
    );
  const url = context.env.url ?? homeHolder(folder)?.url ?? configuredUrl(folder, context);
  return createClient({ url, token, client: "cli", fetch: context.fetch });
}

function configuredUrl(home: string, context: CliContext): string {
  const { host, port } = loadConfig({ home, env: context.env }).operator.server;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
