import type { ClientRunner, Common } from "./client-runner.ts";
import { duration } from "./option-values.ts";

/** `greenlight link`: a link to send to somebody who has no token. */
export function addLinkCommand({ command, withClient, print, runs }: ClientRunner): void {
  command("link <id> <stage>", "Make a link by which one person decides an open gate once, without a token")
    .requiredOption("--for <name>", "who will decide with it")
    .option("--expires <time>", "how long it is good: 30m, 12h, 7d; default 24h", duration(60, 30 * 86_400))
    .action(
      runs((id: string, stage: string, options: Common & { for: string; expires?: number }) =>
        withClient(options, async (client) => {
          const expires = options.expires === undefined ? {} : { expires_in_s: options.expires };
          const link = await client.createDecisionLink(id, stage, { for: options.for, ...expires });
          const until = `${link.expires_at.slice(0, 16).replace("T", " ")} UTC`;
          return print(options, link, `${link.url}\n${options.for} decides with it once, until ${until}\n`);
        }),
      ),
    );
}
