import { mkdir, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { JOB_STATUSES, type JobStatus } from "@greenlight/contract/event";
import type { Command } from "commander";
import { type Common, clientRunner, type Runs } from "./client-runner.ts";
import type { CliContext } from "./context.ts";
import { addGateCommands } from "./gate-commands.ts";
import { artifactLines, jobLines } from "./job-text.ts";
import { addLinkCommand } from "./link-command.ts";
import { wholeNumber } from "./option-values.ts";
import { BadInput } from "./print-error.ts";
import { addRunCommands } from "./run-commands.ts";
import { type SubmitOptions, submitFile } from "./submit.ts";
import { addVersionCommands } from "./version-commands.ts";
import { watchJob } from "./watch.ts";
import { addWebhookCommands } from "./webhook-commands.ts";

type JobsOptions = { status?: string; pipeline?: string; q?: string; limit: number; cursor?: string };

/** The commands that speak to a running server. */
export function addClientCommands(program: Command, context: CliContext, home: string, runs: Runs): void {
  const runner = clientRunner(program, context, home, runs);
  const { command, withClient, print, printJob } = runner;

  command(
    "jobs",
    "List jobs, newest first",
    "jobs --status needs_approval",
    "jobs --status running,queued --q tide --limit 10",
  )
    .option("--status <status>", `one or several (separated by commas) of ${JOB_STATUSES.join(", ")}`)
    .option("--pipeline <name>", "only jobs of this pipeline")
    .option("--q <text>", "only jobs with this in their slug or intent")
    .option("--limit <n>", "at most so many, 1 to 200", wholeNumber(1, 200), 50)
    .option("--cursor <cursor>", "go on behind an earlier page, with the cursor it ended with")
    .action(
      runs((options: Common & JobsOptions) =>
        withClient(options, async (client) => {
          const { limit, status, pipeline, q, cursor } = options;
          const page = await client.listJobs({
            limit,
            ...(status === undefined ? {} : { status: statusesOf(status) }),
            ...(pipeline === undefined ? {} : { pipeline }),
            ...(q === undefined ? {} : { q }),
            ...(cursor === undefined ? {} : { cursor }),
          });
          const more = page.next_cursor === null ? "" : `More: --cursor ${page.next_cursor}\n`;
          return print(options, page, jobLines(page.jobs) + more);
        }),
      ),
    );

  command("show <id>", "Show a job").action(
    runs((id: string, options: Common) =>
      withClient(options, async (client) => printJob(options, await client.job(id))),
    ),
  );

  command("watch <id>", "Follow a job until it ends").action(
    runs((id: string, options: Common) =>
      withClient(options, (client) => watchJob(client, id, options.json === true, context)),
    ),
  );

  command("submit <file>", "Submit a brief, or a whole request, as YAML or JSON")
    .option("--slug <slug>", "instead of the file's name")
    .option("--pipeline <name>", "a pipeline of the server")
    .option("--auto", "approve every gate")
    .option("--priority <n>", "higher runs first", wholeNumber(-100, 100))
    .option("--seed <n>", "same seed, same bytes", wholeNumber(0, 2 ** 32 - 1))
    .action(
      runs((file: string, options: Common & SubmitOptions) =>
        withClient(options, async (client) => {
          const job = await submitFile(file, options, context.cwd, client);
          return print(options, job, `${job.id}\n`);
        }),
      ),
    );

  addGateCommands(runner);
  addRunCommands(runner);
  addVersionCommands(runner);
  addLinkCommand(runner);
  addWebhookCommands(runner);

  command("artifacts <id>", "List a job's outputs")
    .option("--download <dir>", "save them there")
    .action(
      runs((id: string, options: Common & { download?: string }) =>
        withClient(options, async (client) => {
          const artifacts = await client.artifacts(id);
          if (options.download !== undefined)
            for (const artifact of artifacts) {
              const folder = join(resolve(context.cwd, options.download), artifact.stage);
              await mkdir(folder, { recursive: true });
              const content = await client.content(id, artifact.id, { version: artifact.version });
              await writeFile(join(folder, basename(artifact.name)), content.body ?? new Uint8Array());
            }
          return print(options, { artifacts }, artifactLines(artifacts));
        }),
      ),
    );
}

function statusesOf(text: string): JobStatus[] {
  return text.split(",").map((part) => {
    const status = JOB_STATUSES.find((one) => one === part.trim());
    if (status === undefined)
      throw new BadInput(
        `There is no status ${part}.`,
        `Give one of ${JOB_STATUSES.join(", ")}.`,
        "--status",
      );
    return status;
  });
}
