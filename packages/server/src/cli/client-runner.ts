import type { Client } from "@greenlight/contract/client";
import type { Job } from "@greenlight/contract/job";
import type { Command } from "commander";
import { type CliContext, EXIT } from "./context.ts";
import { jobText } from "./job-text.ts";
import { serverClient } from "./server-client.ts";

export type Common = { home: string; json?: boolean };
export type Runs = <Args extends unknown[]>(
  action: (...args: Args) => Promise<number>,
) => (...args: Args) => Promise<void>;

/** What every command of a running server is built with. */
export type ClientRunner = {
  /** A command with the options that all have; `example` is what stands behind `greenlight` in its help. */
  command(usage: string, description: string, ...examples: string[]): Command;
  /** Commands behind a common word, which alone does what the first of them does. */
  group(word: string, description: string): ClientRunner;
  withClient(options: Common, act: (client: Client) => Promise<number>): Promise<number>;
  print(options: Common, value: unknown, text: string): number;
  printJob(options: Common, job: Job): number;
  readonly runs: Runs;
  /** The folder relative paths start from. */
  readonly cwd: string;
};

export function clientRunner(
  program: Command,
  context: CliContext,
  home: string,
  runs: Runs,
  firstIsDefault = false,
): ClientRunner {
  const print = (options: Common, value: unknown, text: string): number => {
    context.stdout.write(options.json ? `${JSON.stringify(value)}\n` : text);
    return EXIT.done;
  };
  return {
    command(usage, description, ...examples) {
      const command = program
        .command(usage, { isDefault: firstIsDefault && program.commands.length === 0 })
        .description(description)
        .option("--home <dir>", "the server's home, for its token and address", home)
        .option("--json", "print JSON");
      const lines = examples.map((example) => `  greenlight ${example}\n`).join("");
      return examples.length > 0 ? command.addHelpText("after", `\nExamples:\n${lines}`) : command;
    },
    group: (word, about) => clientRunner(program.command(word).description(about), context, home, runs, true),
    withClient: async (options, act) => act(await serverClient(options.home, context)),
    print,
    printJob: (options, job) => print(options, job, jobText(job)),
    runs,
    cwd: context.cwd,
  };
}
