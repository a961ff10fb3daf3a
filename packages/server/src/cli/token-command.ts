import { ROLES, type Role } from "@greenlight/contract/access";
import { type Command, Option } from "commander";
import { nameFault, newToken } from "../config/new-token.ts";
import { type CliContext, EXIT } from "./context.ts";
import { BadInput } from "./print-error.ts";

/** `greenlight token new`: makes a token and says what to write down where. Needs no server and changes nothing. */
export function addTokenCommand(
  program: Command,
  context: CliContext,
  runs: <Args extends unknown[]>(
    action: (...args: Args) => Promise<number>,
  ) => (...args: Args) => Promise<void>,
): void {
  program
    .command("token")
    .description("Tokens for people")
    .command("new")
    .description("Make a token for somebody, and the lines for conf/operator.yaml")
    .argument("<name>", "whose decisions it records")
    .addOption(new Option("--role <role>", "what it may do").choices(ROLES).makeOptionMandatory())
    .option("--json", "print JSON")
    .action(
      runs(async (name: string, options: { role: Role; json?: boolean }) => {
        const fault = nameFault(name);
        if (fault !== null)
          throw new BadInput(
            `No token can be called ${JSON.stringify(name)}: ${fault}.`,
            "Give another name.",
          );
        const made = newToken(name, options.role);
        context.stdout.write(options.json ? `${JSON.stringify(made)}\n` : text(made));
        return EXIT.done;
      }),
    );
}

function text({ token, entry, yaml }: ReturnType<typeof newToken>): string {
  return [
    `The token of ${entry.name}. It is shown this once and kept nowhere:`,
    "",
    `  ${token}`,
    "",
    "Add under `tokens:` in conf/operator.yaml, then start the server again:",
    "",
    yaml,
    "",
  ].join("\n");
}
