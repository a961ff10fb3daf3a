import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Role } from "@greenlight/contract/access";
import type { WebhookConfig } from "@greenlight/contract/webhook";
import { parseDocument } from "yaml";

/** Who may sign in besides the admin, with the role each has. */
export const PEOPLE: Readonly<Record<string, Role>> = {
  vera: "viewer",
  rita: "reviewer",
  bea: "reviewer",
  olga: "operator",
};

export const tokenOf = (name: string): string => `the-token-of-${name}`;

/** Gives a home these people, and gates as told besides the shipped ones; the webhooks replace those shipped. */
export async function addPeople(
  home: string,
  gates: Readonly<Record<string, unknown>> = {},
  webhooks: readonly WebhookConfig[] = [],
): Promise<void> {
  const file = join(home, "conf/operator.yaml");
  const document = parseDocument(await readFile(file, "utf8"));
  const tokens = Object.entries(PEOPLE).map(([name, role]) => ({
    name,
    role,
    sha256: createHash("sha256").update(tokenOf(name)).digest("hex"),
  }));
  document.set("tokens", tokens);
  for (const [stage, gate] of Object.entries(gates)) document.setIn(["gates", stage], gate);
  document.set("webhooks", webhooks);
  document.setIn(["server", "rate_limit_per_minute"], 100_000);
  document.set("max_concurrent_jobs", 2);
  await writeFile(file, document.toString());
}
