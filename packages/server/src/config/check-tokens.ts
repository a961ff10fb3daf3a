import { ADMIN_NAME } from "@greenlight/contract/access";
import type { ConfigProblem, OperatorConfig } from "@greenlight/contract/config";
import { problemAt, type YamlFile } from "./yaml-file.ts";

/** What is wrong between the named tokens: a name or a hash that another one has, or the admin token. */
export function checkTokens(
  yaml: YamlFile,
  tokens: OperatorConfig["tokens"],
  adminSha256: string | null,
): ConfigProblem[] {
  return tokens.flatMap(({ name, sha256 }, index) => {
    const earlier = tokens.slice(0, index);
    const problems: ConfigProblem[] = [];
    const say = (field: "name" | "sha256", message: string, remedy: string) =>
      problems.push(
        problemAt(yaml, ["tokens", index, field], "value", message, remedy, { code: "invalid_config" }),
      );
    if (name === ADMIN_NAME)
      say("name", `${ADMIN_NAME} is the name of ADMIN_TOKEN's holder.`, "Give another name.");
    if (earlier.some((one) => one.name === name))
      say("name", `Another token is called ${name} already.`, "Give each token a name of its own.");
    const twin = earlier.find((one) => one.sha256 === sha256);
    if (twin !== undefined)
      say(
        "sha256",
        `It is the token of ${twin.name} as well.`,
        "Make one for each: `greenlight token new NAME`.",
      );
    if (sha256 === adminSha256)
      say("sha256", "It is the admin token itself.", `Make another: \`greenlight token new ${name}\`.`);
    return problems;
  });
}
