import type { ConfigProblem, OperatorConfig } from "@greenlight/contract/config";
import { isLoopback } from "../server-address.ts";
import { checkGates } from "./check-gates.ts";
import { checkTokens } from "./check-tokens.ts";
import { missingKeys, type Variables } from "./webhook-keys.ts";
import { problemAt, type YamlFile } from "./yaml-file.ts";

/** What a configuration is checked against besides its files. */
export type Surroundings = {
  /** Where webhooks' keys are. */
  readonly variables: Variables;
  /** Of the admin token; null where it has yet to be made. */
  readonly adminSha256: string | null;
};

/**
 * What is wrong between the fields of operator.yaml, and between it and the pipelines. `stages`: those of all pipelines,
 * null where a pipeline could not be read.
 */
export function checkOperator(
  yaml: YamlFile,
  operator: OperatorConfig,
  stages: readonly string[] | null,
  { variables, adminSha256 }: Surroundings,
): { problems: ConfigProblem[]; warnings: ConfigProblem[] } {
  const gates = checkGates(yaml, operator);
  return {
    problems: [
      ...checkBind(yaml, operator.server),
      ...checkTokens(yaml, operator.tokens, adminSha256),
      ...(stages === null ? [] : strayGates(yaml, operator, stages)),
      ...gates.problems,
    ],
    warnings: [...missingKeys(yaml, operator, variables), ...gates.warnings],
  };
}

function checkBind(yaml: YamlFile, { host, allow_external_bind }: OperatorConfig["server"]): ConfigProblem[] {
  if (allow_external_bind || isLoopback(host)) return [];
  const message = `${host} can be reached from other machines, and allow_external_bind is false.`;
  const remedy = "Give 127.0.0.1, or set server.allow_external_bind: true if you mean it.";
  return [problemAt(yaml, ["server", "host"], "value", message, remedy, { code: "external_bind_refused" })];
}

function strayGates(yaml: YamlFile, { gates }: OperatorConfig, stages: readonly string[]): ConfigProblem[] {
  return Object.keys(gates)
    .filter((stage) => !stages.includes(stage))
    .map((stage) => {
      const remedy = `Use one of ${[...new Set(stages)].join(", ")}.`;
      return problemAt(yaml, ["gates", stage], "key", "No pipeline has this stage.", remedy, {
        code: "stage_not_found",
      });
    });
}
