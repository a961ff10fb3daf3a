import type { Client } from "@greenlight/contract/client";
import type { Command } from "commander";
import { duration } from "./option-values.ts";
import type { Common, Runs } from "./version-commands.ts";

/** `greenlight link`: a link to send to somebody who has no token. */
export function addLinkCommand(by: {
  command(usage: string, description: string): Command;
  withClient(options: Common, act: (client: Client) => Promise<number>): Promise<number>;
  print(options: Common, value: unknown, text: string): number;
  runs: Runs;
}): void {
  by.command(
    "link <id> <stage>",
    "Make a link by which one person decides an open gate once, without a token",
  )
    .requiredOption("--for <name>", "who will decide with it")
    .option("--expires <time>", "how long it is good: 30m, 12h, 7d; default 24h", duration(60, 30 * 86_400))
    .action(
      by.runs((id: string, stage: string, options: Common & { for: string; expires?: number }) =>
        by.withClient(options, async (client) => {
          const expires = options.expires === undefined ? {} : { expires_in_s: options.expires };
          const link = await client.createDecisionLink(id, stage, { for: options.for, ...expires });
          const until = `${link.expires_at.slice(0, 16).replace("T", " ")} UTC`;
          return by.print(
            options,
            link,
            `${link.url}\n${options.for} decides with it once, until ${until}\n`,
          );
        }),
      ),
    );
}
