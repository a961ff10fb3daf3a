import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import type { App } from "../app/app.ts";
import type { JobState } from "../domain/state.ts";
import type { CliContext } from "./context.ts";

export type GateAnswer =
  | { readonly answer: "approve"; readonly notes?: string }
  | { readonly answer: "reject"; readonly notes: string }
  | { readonly answer: "leave" };

/** Shows what stands at a gate and asks; ends with `leave` when the input ends or the signal fires. */
export async function askAtGate(
  app: Pick<App, "objects" | "config">,
  job: JobState,
  stage: string,
  context: CliContext,
  signal: AbortSignal,
): Promise<GateAnswer> {
  const out = context.stderr;
  const artifacts = job.artifacts.filter((artifact) => artifact.stage === stage);
  out.write(`\n${stage} waits for your decision:\n`);
  for (const artifact of artifacts)
    out.write(`  ${join(app.config.home, "runs", job.id, artifact.path)}  (${artifact.size_bytes} bytes)\n`);
  const lines = createInterface({ input: context.stdin, output: out, terminal: out.isTTY === true });
  const ended = new Promise<null>((resolve) => lines.once("close", () => resolve(null)));
  const ask = (question: string) =>
    Promise.race([lines.question(question, { signal }).catch(() => null), ended]);
  try {
    for (;;) {
      const choice = (await ask("[a]pprove  [r]eject with notes  [s]how text  [q]uit and resume later > "))
        ?.trim()
        .toLowerCase();
      if (choice === undefined || choice === "q") return { answer: "leave" };
      if (choice === "a" || choice === "approve") return { answer: "approve" };
      if (choice === "s" || choice === "show") {
        for (const artifact of artifacts.filter((a) => /^text\/|json$/.test(a.media_type)))
          out.write(
            `\n── ${artifact.name}\n${await readFile(await app.objects.localPath(artifact.sha256), "utf8")}\n`,
          );
      }
      if (choice === "r" || choice === "reject") {
        const notes = (await ask("What should change? > "))?.trim();
        if (notes === undefined) return { answer: "leave" };
        if (notes !== "") return { answer: "reject", notes };
        out.write("A rejection needs notes: the stage runs again with them.\n");
      }
    }
  } finally {
    lines.close();
  }
}
