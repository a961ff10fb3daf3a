/**
 * Whether a gate that waits has anybody who can decide it. Once there are named tokens, these and the holder of
 * ADMIN_TOKEN count, each in their own name: a gate they cannot decide would wait for an admin who speaks for others
 * (`by`, a decision link), which is a fault. Without named tokens the admin speaks for whoever there is: a warning.
 * So it is where a timer decides in the end.
 */
import { type Action, ADMIN_NAME, type NamedToken } from "@greenlight/contract/access";
import type { ConfigProblem } from "@greenlight/contract/config";
import type { GateConfig } from "@greenlight/contract/gate";
import { mayDo } from "../domain/roles.ts";
import { problemAt, type YamlFile } from "./yaml-file.ts";

export function checkDeciders(
  yaml: YamlFile,
  stage: string,
  gate: GateConfig,
  tokens: readonly NamedToken[],
): { problems: ConfigProblem[]; warnings: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  const { min_approvals, no_self_approval, auto_approve_after_s } = gate;
  const say = (fault: boolean, path: readonly PropertyKey[], message: string, remedy: string) => {
    const list = fault && auto_approve_after_s === null ? problems : warnings;
    list.push(
      problemAt(yaml, ["gates", stage, ...path], "value", message, remedy, { code: "invalid_config" }),
    );
  };
  const able = peopleWho("approve", tokens);
  const approvers = [...new Set(gate.approvers)];
  const own = approvers.length === 0 ? able : approvers.filter((name) => able.includes(name));
  const alone = tokens.length === 0;
  const tooFew = own.length < min_approvals;

  for (const [index, name] of gate.approvers.entries()) {
    if (able.includes(name) || approvers.length < min_approvals) continue;
    const role = tokens.find((token) => token.name === name)?.role;
    const message =
      role === undefined
        ? `No token is called ${name}: only an admin can decide for them, by a link or with \`by\`.`
        : `The token of ${name} is a ${role}'s, who may not decide.`;
    const remedy =
      role === undefined
        ? `Mend the name (there is ${able.join(", ")}), or make a token: \`greenlight token new ${name} --role reviewer\`.`
        : `Give ${name} the role reviewer or above, or take the name out.`;
    say(tooFew && !alone, ["approvers", index], message, remedy);
  }
  if (tooFew && approvers.length === 0)
    say(
      !alone,
      ["min_approvals"],
      `It takes ${min_approvals} approvals, and only ${able.join(", ")} may give one.`,
      `Give ${able.length === 1 ? 1 : `at most ${able.length}`}, or make tokens for more reviewers.`,
    );
  if (no_self_approval && !tooFew) {
    const stuck = peopleWho("submit", tokens).filter(
      (submitter) => own.filter((name) => name !== submitter).length < min_approvals,
    );
    const nobodyElse = stuck.length === peopleWho("submit", tokens).length;
    if (stuck.length > 0)
      say(
        // Named approvers bind an admin's `by` as well.
        nobodyElse && (!alone || approvers.length > 0),
        ["no_self_approval"],
        `Too few others may approve what ${stuck.join(" or ")} submits.`,
        approvers.length > 0
          ? "Name more approvers, or ask for fewer approvals."
          : "Make tokens for more reviewers, or ask for fewer approvals.",
      );
  }
  return { problems, warnings };
}

/** Names that may do this in their own name. */
function peopleWho(action: Action, tokens: readonly NamedToken[]): string[] {
  return [ADMIN_NAME, ...tokens.filter(({ role }) => mayDo(role, action)).map(({ name }) => name)];
}
