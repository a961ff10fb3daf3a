import type { Client } from "@greenlight/contract/client";
import type { JobStatus } from "@greenlight/contract/event";
import type { GateStatus } from "@greenlight/contract/gate";
import { sha256 } from "@greenlight/contract/ids";
import type { ClientRunner, Common } from "./client-runner.ts";
import { several } from "./option-values.ts";
import { patchOf } from "./patch-file.ts";
import { BadInput } from "./print-error.ts";

type Decided = Common & { notes?: string; by?: string; patch?: string; sha: string[]; artifact: string[] };

/** The commands that decide at a gate, and the one that shows where all gates of a job stand. */
export function addGateCommands({ command, withClient, print, printJob, runs, cwd }: ClientRunner): void {
  const notesOf = (notes: string | undefined) => (notes === undefined ? {} : { notes });
  const decisionOf = async (client: Client, id: string, stage: string, options: Decided) => {
    const looked = [...options.sha.map(requireSha), ...(await shasOf(client, id, stage, options.artifact))];
    return {
      stage,
      ...(options.by === undefined ? {} : { by: options.by }),
      ...(looked.length === 0 ? {} : { artifact_sha256s: looked }),
      ...(await patchOf(options.patch, cwd)),
    };
  };
  const deciding = (verb: string, description: string, ...examples: string[]) =>
    command(`${verb} <id> <stage>`, description, ...examples)
      .option("--by <name>", "who decides, if not the token's holder (an admin's token only)")
      .option("--patch <file>", "a patch (YAML or JSON) to apply with it; see `greenlight patch-types`")
      .option(
        "--sha <sha256>",
        "a version that was looked at; repeat for each output at the gate",
        several,
        [],
      )
      .option(
        "--artifact <name@version>",
        "the same by name, as script.md@2; without @version its newest",
        several,
        [],
      );

  command("gates <id>", "Show every gate of a job with its clock (seconds)", "gates JOB").action(
    runs((id: string, options: Common) =>
      withClient(options, async (client) => {
        const [gates, { status }] = await Promise.all([client.gateStatus(id), client.job(id)]);
        const lines = gates.map((gate) => gateLines(gate, status));
        return print(options, { gates }, lines.join("") || "No gates.\n");
      }),
    ),
  );

  deciding(
    "approve",
    "Approve what stands at a gate",
    'approve JOB script --notes "Good."',
    "approve JOB script --artifact script.md@2    refused if it has changed since",
    "approve JOB storyboard --patch shorter.yaml",
  )
    .option("--notes <text>", "what the reviewer says")
    .action(
      runs((id: string, stage: string, options: Decided) =>
        withClient(options, async (client) => {
          const decision = { ...(await decisionOf(client, id, stage, options)), ...notesOf(options.notes) };
          return printJob(options, await client.approve(id, decision));
        }),
      ),
    );

  deciding(
    "reject",
    "Reject what stands at a gate; the job pauses, and resume makes it again",
    'reject JOB script --notes "Too long."',
    'reject JOB storyboard --beat b03 --notes "Show a map."',
    'reject JOB storyboard --beat "b03=Show a map." --beat "b05=Slower."',
  )
    .option(
      "--notes <text>",
      "what to do differently; where beats are named, for those without notes of their own",
    )
    .option("--beat <id[=notes]>", "make only this beat again; repeat for several", several, [])
    .action(
      runs((id: string, stage: string, options: Decided & { beat: string[] }) =>
        withClient(options, async (client) => {
          const decision = await decisionOf(client, id, stage, options);
          return printJob(options, await client.reject(id, { ...decision, ...notedBeats(options) }));
        }),
      ),
    );
}

/** Notes go to the beats that bring none; where each brings its own, they are for the whole output. */
function notedBeats({ beat, notes }: { readonly beat: readonly string[]; readonly notes?: string }) {
  if (beat.length === 0) return notes === undefined ? {} : { notes };
  const named = beat.map((text) => {
    const at = text.indexOf("=");
    return at < 0
      ? { beat_id: text, notes: null }
      : { beat_id: text.slice(0, at), notes: text.slice(at + 1) };
  });
  const whole = notes !== undefined && named.every((one) => one.notes !== null) ? { notes } : {};
  return { ...whole, beats: named.map((one) => ({ beat_id: one.beat_id, notes: one.notes ?? notes ?? "" })) };
}

function requireSha(text: string): string {
  const checked = sha256.safeParse(text.toLowerCase());
  if (checked.success) return checked.data;
  throw new BadInput(
    `${text} is no SHA-256.`,
    "Give the 64 digits that `greenlight artifacts --json` prints.",
    "--sha",
  );
}

/** SHA-256 of each output of the stage that is named, at the version that is named. */
async function shasOf(
  client: Client,
  id: string,
  stage: string,
  named: readonly string[],
): Promise<string[]> {
  if (named.length === 0) return [];
  const outputs = (await client.artifacts(id)).filter((artifact) => artifact.stage === stage);
  return Promise.all(
    named.map(async (text) => {
      const [, name, number] = /^(.+?)(?:@(\d+))?$/.exec(text) ?? [];
      const output = outputs.find((one) => one.name === name);
      const some =
        outputs.map((one) => `${one.name}@${one.version}`).join(", ") || "none: it has no output yet";
      if (!output)
        throw new BadInput(`${stage} has no output ${text}.`, `Give one of ${some}.`, "--artifact");
      const wanted = number === undefined ? output.version : Number(number);
      if (wanted === output.version) return output.sha256;
      const { versions } = await client.artifact(id, output.id);
      const version = versions.find((one) => one.version === wanted);
      if (version) return version.sha256;
      const range = `${output.name} has the versions 1 to ${output.version}.`;
      throw new BadInput(`${output.name} has no version ${wanted}.`, range, "--artifact");
    }),
  );
}

/** How a gate stands, and below it what its stage could not honour. */
function gateLines(gate: GateStatus, status: JobStatus): string {
  const state =
    gate.approved !== null
      ? `${gate.approved ? "approved" : "rejected"} by ${gate.by}`
      : gate.opened_at !== null
        ? status === "canceled"
          ? "not decided: the job is canceled"
          : "open"
        : "not open";
  const counted = gate.approvals.map((one) => one.by).join(", ");
  const parts = [
    gate.approved === null && gate.min_approvals > 1
      ? `${gate.approvals.length} of ${gate.min_approvals} approvals${counted ? ` (${counted})` : ""}`
      : "",
    gate.time_remaining_s === null ? "" : `its timer decides in ${Math.round(gate.time_remaining_s)} s`,
    gate.remind_in_s === null ? "" : `reminder in ${Math.round(gate.remind_in_s)} s`,
    gate.approvers.length > 0 ? `decided by ${gate.approvers.join(", ")}` : "",
    gate.notes ? `"${gate.notes}"` : "",
  ].filter((part) => part !== "");
  const unmet = gate.feedback_unmet.map((wish) => `  not honoured: ${wish}\n`);
  return [`${gate.stage.padEnd(14)} ${[state, ...parts].join("; ")}\n`, ...unmet].join("");
}
