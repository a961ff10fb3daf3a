import { join } from "node:path";
import { goneWebhooks } from "./adapters/store/gone-webhooks.ts";
import { goneFact, goneRemedy } from "./app/webhook-gone.ts";

/**
 * Of a home, by webhook, which receivers are gone and what to do; without an engine, also while one runs there.
 * @throws Error of SQLite when the home's database cannot be read.
 */
export function composeGoneReceivers(
  home: string,
): ReadonlyMap<string, { readonly detail: string; readonly remedy: string }> {
  const gone = goneWebhooks(join(home, ".greenlight", "greenlight.sqlite"));
  return new Map(
    [...gone].map(([name, since]) => [
      name,
      { detail: `${name} is switched off. ${goneFact(since)}`, remedy: goneRemedy(name) },
    ]),
  );
}
