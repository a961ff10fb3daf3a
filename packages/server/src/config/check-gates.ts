import type { ConfigProblem, OperatorConfig } from "@greenlight/contract/config";
import { type GateConfig, gateConfig } from "@greenlight/contract/gate";
import { checkDeciders } from "./check-deciders.ts";
import { problemAt, type YamlFile } from "./yaml-file.ts";

type Found = { problems: ConfigProblem[]; warnings: ConfigProblem[] };

const PRESETS: GateConfig = gateConfig.parse({});
/** What is heeded only where a gate waits for somebody. */
const FOR_PEOPLE = [
  "approvers",
  "min_approvals",
  "no_self_approval",
  "remind_after_s",
  "on_timeout",
] as const satisfies readonly (keyof GateConfig)[];
const FOR_GATES = [...FOR_PEOPLE, "even_in_automation", "reopen"] as const;

/**
 * What is wrong with the gates: settings that would not be heeded (CONTRACT section 4 says what makes a gate and when it
 * waits), and gates that nobody could decide.
 */
export function checkGates(yaml: YamlFile, { gates, tokens }: OperatorConfig): Found {
  const found: Found = { problems: [], warnings: [] };
  for (const [stage, gate] of Object.entries(gates)) {
    const at = (key: keyof GateConfig, message: string, remedy: string) =>
      problemAt(yaml, ["gates", stage, key], "value", message, remedy, { code: "invalid_config" });
    const set = (keys: readonly (keyof GateConfig)[]) =>
      keys.filter((key) => JSON.stringify(gate[key]) !== JSON.stringify(PRESETS[key]));
    const timed = gate.auto_approve_after_s !== null;
    if (gate.required && gate.auto_approve && !timed)
      found.problems.push(
        at(
          "auto_approve",
          "A gate cannot both wait for a person and be approved at once.",
          "Take out auto_approve, or required; or give auto_approve_after_s to approve it after a time.",
        ),
      );
    else if (gate.required || timed) {
      if (!timed && set(["on_timeout"]).length > 0)
        found.warnings.push(
          at("on_timeout", "This gate has no timer.", "Give auto_approve_after_s too, or take this out."),
        );
      const stuck = checkDeciders(yaml, stage, gate, tokens);
      found.problems.push(...stuck.problems);
      found.warnings.push(...stuck.warnings);
    } else if (gate.auto_approve)
      for (const key of set(FOR_PEOPLE))
        found.problems.push(
          at(
            key,
            "This gate is approved at once, so this is not heeded.",
            "Give required: true instead of auto_approve, or take this out.",
          ),
        );
    else
      for (const key of set(FOR_GATES))
        found.problems.push(
          at(
            key,
            "This stage has no gate, so this is not heeded.",
            "Give required: true beside it (or auto_approve_after_s), or take this out.",
          ),
        );
  }
  return found;
}
