import { Command, CommanderError } from "commander";
import { addAuditCommands } from "./audit-commands.ts";
import { addClientCommands } from "./client-commands.ts";
import { type CliContext, EXIT } from "./context.ts";
import { doctor } from "./doctor.ts";
import { make } from "./make.ts";
import { wholeNumber } from "./option-values.ts";
import { printError } from "./print-error.ts";
import { serve } from "./serve.ts";
import { stop } from "./stop.ts";
import { addTokenCommand } from "./token-command.ts";
import { usageError } from "./usage-error.ts";

/** The command line. `settle` gets the exit code of the command that ran. */
export function buildProgram(context: CliContext, settle: (code: number) => void): Command {
  const program = new Command("greenlight")
    .description("Operator console and orchestrator for AI video production")
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      // `runCli` tells it, in the form of every other error.
      outputError: () => {},
    })
    .exitOverride();
  const home = context.env.home ?? context.cwd;
  const runs =
    <Args extends unknown[]>(action: (...args: Args) => Promise<number>) =>
    async (...args: Args): Promise<void> => {
      const options = args.findLast(
        (arg) => arg !== null && typeof arg === "object" && !(arg instanceof Command),
      );
      const json = Reflect.get(options ?? {}, "json") === true;
      settle(await action(...args).catch((error: unknown) => printError(error, context, json)));
    };

  program
    .command("serve")
    .description("Serve the API and the console until interrupted")
    .option("--home <dir>", "folder of conf/, runs/, the database and the object store", home)
    .option("--port <port>", "port instead of the configured one; 0 = any free one", wholeNumber(0, 65_535))
    .option("--host <host>", "address instead of the configured one")
    .option("--json", "print the address as JSON")
    .action(runs((options) => serve(options, context)));

  program
    .command("make")
    .description("Make one video without a server; prints the path of the MP4 last")
    .argument("<brief>", "a brief (YAML)")
    .option("--home <dir>", "folder of conf/, runs/, the database and the object store", home)
    .option("--pipeline <name>", "a pipeline of conf/pipelines/", "explainer")
    .option("--auto", "approve every gate")
    .option("--out <dir>", "copy the video, captions, thumbnail and report there")
    .option("--seed <n>", "same seed, same bytes", wholeNumber(0, 2 ** 32 - 1))
    .option("--json", "one JSON object a line; the last is the result")
    .action(runs((brief: string, options) => make(brief, options, context)));

  program
    .command("stop")
    .description("Stop the server of a home; its jobs go on at the next start")
    .option("--home <dir>", "the server's home", home)
    .option("--json", "print the stopped process id as JSON")
    .action(runs((options) => stop(options, context)));

  addClientCommands(program, context, home, runs);
  addTokenCommand(program, context, runs);
  addAuditCommands(program, context, home, runs);

  program
    .command("doctor")
    .description("Check this machine and the configuration")
    .option("--home <dir>", "folder to check", home)
    .option("--json", "print the checks as JSON")
    .action(runs((options) => doctor(options, context)));

  return program;
}

/** Runs one command line (without node and script); resolves with the exit code. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  let code: number = EXIT.done;
  const program = buildProgram(context, (settled) => {
    code = settled;
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help that was asked for, or shown because no command was given.
    if (error.exitCode === 0) return EXIT.done;
    if (error.code === "commander.help") return EXIT.badInput;
    return printError(usageError(error), context, args.includes("--json"));
  }
  return code;
}
