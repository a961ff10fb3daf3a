import type { Artifact } from "@greenlight/contract/artifact";
import type { Client } from "@greenlight/contract/client";
import type { ClientRunner, Common } from "./client-runner.ts";
import { comparisonText } from "./comparison-text.ts";
import { wholeNumber } from "./option-values.ts";
import { BadInput } from "./print-error.ts";

const VERSION = wholeNumber(1, 2 ** 31 - 1);

/** The commands for an output's earlier versions. */
export function addVersionCommands(by: ClientRunner): void {
  by.command(
    "revert <id> <artifact>",
    "Make an earlier version of an output the newest again",
    "revert JOB script.md 1",
    "revert JOB assets/b03.json 2    <artifact> is an id, a name, or stage/name",
  )
    .argument("<version>", "the version that shall stand", VERSION)
    .action(
      by.runs((id: string, artifact: string, version: number, options: Common) =>
        by.withClient(options, async (client) => {
          const found = await outputOf(client, id, artifact);
          return by.printJob(options, await client.revert(id, found.id, version));
        }),
      ),
    );

  by.command(
    "diff <id> <artifact>",
    "Show what differs between two versions of an output",
    "diff JOB script.md",
    "diff JOB storyboard.json --from 1 --to 3",
  )
    .option("--from <n>", "default: the version before", VERSION)
    .option("--to <n>", "default: the newest", VERSION)
    .action(
      by.runs((id: string, artifact: string, options: Common & { from?: number; to?: number }) =>
        by.withClient(options, async (client) => {
          const { id: artifactId } = await outputOf(client, id, artifact);
          const from = options.from === undefined ? {} : { from: options.from };
          const to = options.to === undefined ? {} : { to: options.to };
          const found = await client.compare(id, artifactId, { ...from, ...to });
          return by.print(options, found, comparisonText(found));
        }),
      ),
    );
}

/** The output with this id, name, or stage and name. @throws BadInput when that is not exactly one. */
async function outputOf(client: Client, job: string, named: string): Promise<Artifact> {
  const all = await client.artifacts(job);
  const path = (a: Artifact) => `${a.stage}/${a.name}`;
  const found = all.filter((a) => a.id === named || a.name === named || path(a) === named);
  const [one] = found;
  if (one && found.length === 1) return one;
  throw one
    ? new BadInput(
        `Several outputs are named ${named}.`,
        `Give one of ${found.map(path).join(", ")}.`,
        "<artifact>",
      )
    : new BadInput(
        `The job has no output ${named}.`,
        `Give one of ${all.map(path).join(", ")}.`,
        "<artifact>",
      );
}
