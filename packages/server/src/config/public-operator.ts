import type { OperatorConfig } from "@greenlight/contract/config";
import { shownAddress } from "../app/webhooks.ts";

/**
 * The operator's configuration as anybody with a token may see it: of the named tokens only who has which role, of the
 * webhooks neither keys nor what may be secret in an address.
 */
export function publicOperator(operator: OperatorConfig) {
  return {
    ...operator,
    tokens: operator.tokens.map(({ name, role }) => ({ name, role })),
    webhooks: operator.webhooks.map(({ secret: _, ...webhook }) => ({
      ...webhook,
      url: shownAddress(webhook.url),
    })),
  };
}
