import type { ClientRunner, Common } from "./client-runner.ts";
import { patchOf, readPatch } from "./patch-file.ts";

type Going = Common & { notes?: string; keepPatches?: boolean; keepNotes?: boolean };

/** The commands that hold a job, let it go on or back, end it, and patch what it made. */
export function addRunCommands({ command, withClient, print, printJob, runs, cwd }: ClientRunner): void {
  const notesOf = ({ notes }: { readonly notes?: string }) => (notes === undefined ? {} : { notes });
  const keptOf = ({ keepPatches, keepNotes }: Going) => ({
    ...(keepPatches === undefined ? {} : { keep_patches: keepPatches }),
    ...(keepNotes === undefined ? {} : { keep_notes: keepNotes }),
  });
  /** A command that may run a stage again. */
  const going = (verb: string, description: string, ...examples: string[]) =>
    command(`${verb} <id>`, description, ...examples)
      .option("--notes <text>", "what the stage that runs again should heed")
      .option("--keep-patches", "lay the patches of that stage over its new output (the default)")
      .option("--no-keep-patches", "let go of the patches laid over that stage")
      .option("--keep-notes", "heed the notes that stage was given before, too (the default)")
      .option("--no-keep-notes", "let go of the notes that stage was given before");

  going(
    "resume",
    "Go on with a paused job",
    "resume JOB",
    'resume JOB --stage script --notes "Start with the question."    goes back to script',
    "resume JOB --patch mended.yaml    mends what was rejected; the job goes on with it",
  )
    .option("--stage <stage>", "go back to this stage: it and those after it run again")
    .option("--patch <file>", "a patch (YAML or JSON) for the stage that was rejected")
    .action(
      runs((id: string, options: Going & { stage?: string; patch?: string }) =>
        withClient(options, async (client) => {
          const stage = options.stage === undefined ? {} : { stage: options.stage };
          const request = { ...stage, ...notesOf(options), ...keptOf(options) };
          return printJob(
            options,
            await client.resume(id, { ...request, ...(await patchOf(options.patch, cwd)) }),
          );
        }),
      ),
    );

  going(
    "retry",
    "Run an ended job again; what is finished before the stage is reused",
    "retry JOB",
    'retry JOB --from audio --notes "Louder voice." --no-keep-patches',
    "retry JOB --from script --reopen    every gate from there on asks again",
    'retry JOB --no-keep-notes --notes "Shorter."    only this note counts',
  )
    .option("--from <stage>", "the stage to begin with; default: where it ended, or the first")
    .option("--reopen", "ask again at every gate from there on, also where nothing changes")
    .action(
      runs((id: string, options: Going & { from?: string; reopen?: boolean }) =>
        withClient(options, async (client) => {
          const from = options.from === undefined ? {} : { from_stage: options.from };
          const reopen = options.reopen === undefined ? {} : { reopen: options.reopen };
          return printJob(
            options,
            await client.retry(id, { ...from, ...reopen, ...notesOf(options), ...keptOf(options) }),
          );
        }),
      ),
    );

  command(
    "pause <id>",
    "Pause a job once its running stage ends, or at an open gate, whose timers stop",
    "pause JOB",
    'pause JOB --now --notes "Wrong brief."',
  )
    .option("--now", "abort the running stage; it runs again on resume")
    .option("--notes <text>", "why")
    .action(
      runs((id: string, options: Common & { now?: boolean; notes?: string }) =>
        withClient(options, async (client) =>
          printJob(options, await client.pause(id, { now: options.now === true, ...notesOf(options) })),
        ),
      ),
    );

  command(
    "cancel <id>",
    "Cancel a job; a running stage is aborted",
    'cancel JOB --notes "Not needed any more."',
  )
    .option("--notes <text>", "why")
    .action(
      runs((id: string, options: Common & { notes?: string }) =>
        withClient(options, async (client) => printJob(options, await client.cancel(id, notesOf(options)))),
      ),
    );

  command(
    "patch <id> <stage> <file>",
    "Apply a patch (YAML or JSON) to a stage's output; later stages that used it run again",
    "patch JOB storyboard shorter.yaml    with {type: duration_adjust, beat_adjustments: [{beat_id: b03, duration: 4.5}]} (seconds)",
    "patch JOB audio quieter.yaml    with {type: level_adjust, level_change_db: -3, track: music} (dB)",
  ).action(
    runs((id: string, stage: string, file: string, options: Common) =>
      withClient(options, async (client) =>
        printJob(options, await client.applyPatch(id, stage, await readPatch(file, cwd, "<file>"))),
      ),
    ),
  );

  command("patch-types", "List the kinds of patch with an example each", "patch-types --json").action(
    runs((options: Common) =>
      withClient(options, async (client) => {
        const types = await client.patchTypes();
        const lines = types.map(
          ({ type, stages, description, example }) =>
            `${type}  (${stages.join(", ")})\n  ${description}\n  ${JSON.stringify(example)}\n`,
        );
        return print(options, { types }, lines.join(""));
      }),
    ),
  );
}
