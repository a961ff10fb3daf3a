import type { OperatorConfig } from "@greenlight/contract/config";

/** The operator's configuration as anybody with a token may see it: of the named tokens only who has which role. */
export function publicOperator(operator: OperatorConfig) {
  return { ...operator, tokens: operator.tokens.map(({ name, role }) => ({ name, role })) };
}
