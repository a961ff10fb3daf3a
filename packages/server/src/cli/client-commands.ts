import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Client } from "@greenlight/contract/client";
import { JOB_STATUSES, type JobStatus } from "@greenlight/contract/event";
import type { Job } from "@greenlight/contract/job";
import { type Patch, patch as patchSchema } from "@greenlight/contract/patch";
import type { Command } from "commander";
import { InvalidFile } from "../config/invalid-file.ts";
import { checkYaml, readYaml } from "../config/yaml-file.ts";
import { type CliContext, EXIT } from "./context.ts";
import { artifactLines, jobLines, jobText } from "./job-text.ts";
import { addLinkCommand } from "./link-command.ts";
import { wholeNumber } from "./option-values.ts";
import { BadInput } from "./print-error.ts";
import { serverClient } from "./server-client.ts";
import { type SubmitOptions, submitFile } from "./submit.ts";
import { addVersionCommands, type Common, type Runs } from "./version-commands.ts";
import { watchJob } from "./watch.ts";
import { addWebhookCommands } from "./webhook-commands.ts";

type Decided = Common & { notes?: string; by?: string; patch?: string };

/** The commands that speak to a running server. */
export function addClientCommands(program: Command, context: CliContext, home: string, runs: Runs): void {
  const command = (usage: string, description: string, parent = program, isDefault = false) =>
    parent
      .command(usage, { isDefault })
      .description(description)
      .option("--home <dir>", "the server's home, for its token and address", home)
      .option("--json", "print JSON");
  const withClient = async (options: Common, act: (client: Client) => Promise<number>) =>
    act(await serverClient(options.home, context));
  const print = (options: Common, value: unknown, text: string): number => {
    context.stdout.write(options.json ? `${JSON.stringify(value)}\n` : text);
    return EXIT.done;
  };
  const printJob = (options: Common, job: Job) => print(options, job, jobText(job));
  const patchOf = async (path: string | undefined) =>
    path === undefined ? {} : { patch: await readPatch(path, context.cwd) };
  const notesOf = (notes: string | undefined) => (notes === undefined ? {} : { notes });

  command("jobs", "List jobs, newest first")
    .option("--status <status>", `one of ${JOB_STATUSES.join(", ")}`)
    .option("--limit <n>", "at most so many", wholeNumber(1, 200), 50)
    .action(
      runs((options: Common & { status?: string; limit: number }) =>
        withClient(options, async (client) => {
          const status = options.status === undefined ? {} : { status: [jobStatusOf(options.status)] };
          const page = await client.listJobs({ limit: options.limit, ...status });
          return print(options, page, jobLines(page.jobs));
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

  for (const verdict of ["approve", "reject"] as const)
    command(
      `${verdict} <id> <stage>`,
      `${verdict === "approve" ? "Approve" : "Reject"} what stands at a gate`,
    )
      .option("--notes <text>", "what the reviewer says")
      .option("--by <name>", "who decides, if not the token's holder (an admin's token only)")
      .option("--patch <file>", "a patch (YAML or JSON) to apply with it")
      .action(
        runs((id: string, stage: string, options: Decided) =>
          withClient(options, async (client) => {
            const by = options.by === undefined ? {} : { by: options.by };
            const decision = { stage, ...by, ...notesOf(options.notes), ...(await patchOf(options.patch)) };
            return printJob(options, await client[verdict](id, decision));
          }),
        ),
      );

  command("resume <id>", "Go on with a paused job")
    .option("--stage <stage>", "the stage the notes or patch are for")
    .option("--notes <text>", "what the stage should heed")
    .option("--patch <file>", "a patch (YAML or JSON) to apply first")
    .action(
      runs((id: string, options: Decided & { stage?: string }) =>
        withClient(options, async (client) => {
          const stage = options.stage === undefined ? {} : { stage: options.stage };
          const request = { ...stage, ...notesOf(options.notes), ...(await patchOf(options.patch)) };
          return printJob(options, await client.resume(id, request));
        }),
      ),
    );

  command("pause <id>", "Pause a job once its running stage ends")
    .option("--now", "abort the running stage; it runs again on resume")
    .action(
      runs((id: string, options: Common & { now?: boolean }) =>
        withClient(options, async (client) =>
          printJob(options, await client.pause(id, { now: options.now === true })),
        ),
      ),
    );

  command("cancel <id>", "Cancel a job")
    .option("--notes <text>", "why")
    .action(
      runs((id: string, options: Common & { notes?: string }) =>
        withClient(options, async (client) =>
          printJob(options, await client.cancel(id, notesOf(options.notes))),
        ),
      ),
    );

  command("retry <id>", "Run an ended job again; what is finished before the stage is reused")
    .option("--from <stage>", "the stage to begin with")
    .action(
      runs((id: string, options: Common & { from?: string }) =>
        withClient(options, async (client) =>
          printJob(
            options,
            await client.retry(id, options.from === undefined ? {} : { from_stage: options.from }),
          ),
        ),
      ),
    );

  command("patch <id> <stage> <file>", "Apply a patch (YAML or JSON) to a stage's output").action(
    runs((id: string, stage: string, file: string, options: Common) =>
      withClient(options, async (client) =>
        printJob(options, await client.applyPatch(id, stage, await readPatch(file, context.cwd))),
      ),
    ),
  );

  addVersionCommands({ command, withClient, print, printJob, runs });
  addLinkCommand({ command, withClient, print, runs });
  addWebhookCommands({ program, command, withClient, print, runs });

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

function jobStatusOf(text: string): JobStatus {
  const status = JOB_STATUSES.find((one) => one === text);
  if (status === undefined)
    throw new BadInput(`There is no status ${text}.`, `Give one of ${JOB_STATUSES.join(", ")}.`);
  return status;
}

/** @throws InvalidFile with the line and column of each fault. */
async function readPatch(path: string, cwd: string): Promise<Patch> {
  const file = resolve(cwd, path);
  const read = readYaml(await readFile(file, "utf8"), file);
  if ("problems" in read) throw new InvalidFile(read.problems, "invalid_yaml");
  const checked = checkYaml(read.yaml, patchSchema);
  if ("problems" in checked) throw new InvalidFile(checked.problems, "invalid_field");
  return checked.value;
}
