import type { AuditEntry } from "@greenlight/contract/audit";
import type { Client } from "@greenlight/contract/client";
import { sha256 } from "@greenlight/contract/ids";
import type { Command } from "commander";
import { auditLine } from "./audit-text.ts";
import type { Runs } from "./client-runner.ts";
import { type CliContext, EXIT } from "./context.ts";
import { BadInput } from "./print-error.ts";
import { serverClient } from "./server-client.ts";
import { readLog, readLogFile, verifyLog } from "./verify.ts";

type AuditOptions = { home: string; json?: boolean; jsonl?: boolean };
type VerifyOptions = { home: string; json?: boolean; head?: string; file?: string };

/** `audit` and `verify`: who did what to a job, and whether its log is as it was written. */
export function addAuditCommands(program: Command, context: CliContext, home: string, runs: Runs): void {
  program
    .command("audit <id>")
    .description("Who did what to a job, when, from where, and what it changed")
    .option("--home <dir>", "the server's home, for its token and address", home)
    .option("--json", "print one JSON object")
    .option("--jsonl", "print one JSON object a line")
    .addHelpText(
      "after",
      "\nExamples:\n  greenlight audit JOB\n  greenlight audit JOB --jsonl > audit.jsonl\n",
    )
    .action(
      runs(async (id: string, options: AuditOptions) => {
        const audit = await wholeAudit(await serverClient(options.home, context), id);
        const line = (entry: AuditEntry) => (options.jsonl ? JSON.stringify(entry) : auditLine(entry));
        context.stdout.write(
          options.json && !options.jsonl
            ? `${JSON.stringify(audit)}\n`
            : audit.entries.map((entry) => `${line(entry)}\n`).join(""),
        );
        return EXIT.done;
      }),
    );

  program
    .command("verify <id>")
    .description(
      "Check that no event of a job's log was changed, added or taken away, and that the job is what they give",
    )
    .option("--home <dir>", "the server's home, for its token and address", home)
    .option("--file <path>", "check this events.jsonl of a run folder; needs no server")
    .option("--head <hash>", "a hash noted earlier, which the log must still contain")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  greenlight verify JOB\n  greenlight verify JOB --file runs/JOB/events.jsonl --head HASH\n",
    )
    .action(
      runs(async (id: string, options: VerifyOptions) => {
        const head = options.head?.toLowerCase();
        if (head !== undefined && !sha256.safeParse(head).success)
          throw new BadInput(
            `${options.head} is no hash.`,
            "Give the 64 digits that `verify` printed.",
            "--head",
          );
        const report = await verify(id, options, head === undefined ? {} : { head }, context);
        const text = report.intact
          ? `intact: ${report.events} events, head ${report.head}\n`
          : `not intact: ${report.reason}\n`;
        context.stdout.write(options.json ? `${JSON.stringify(report)}\n` : text);
        return report.intact ? EXIT.done : EXIT.failed;
      }),
    );
}

async function verify(id: string, options: VerifyOptions, known: { head?: string }, context: CliContext) {
  if (options.file !== undefined) return verifyLog(await readLogFile(options.file, context.cwd), id, known);
  const client = await serverClient(options.home, context);
  // Asked first: events that come meanwhile make the log longer than this, never shorter.
  const { version } = await client.job(id);
  const report = verifyLog(await readLog(client, id), id, { ...known, events: version });
  if (!report.intact) return report;
  // Whether the job itself is what its events give, only the server can tell.
  const chain = await client.auditChain(id);
  return chain.intact ? report : chain;
}

async function wholeAudit(client: Client, id: string) {
  const entries: AuditEntry[] = [];
  for (let after_seq = 0; ; ) {
    const page = await client.audit(id, { after_seq, limit: 1000 });
    entries.push(...page.entries);
    if (!page.has_more) return { entries, head: page.head };
    after_seq = page.next_after_seq;
  }
}
