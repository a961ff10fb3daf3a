import type { ConfigProblem } from "@greenlight/contract/config";
import { Rejection } from "../domain/commands.ts";

/** Faults of files a person wrote; the message carries one line for each, `problems` the same for machines. */
export class InvalidFile extends Rejection {
  readonly problems: readonly ConfigProblem[];
  constructor(
    problems: readonly ConfigProblem[],
    code: "invalid_config" | "invalid_field" | "invalid_yaml" = "invalid_config",
  ) {
    super(
      code,
      problems.map(sentence).join("\n"),
      problems.map(({ pointer, message, remedy }) => ({ pointer, message, remedy })),
    );
    this.problems = problems;
  }
}

function sentence(problem: ConfigProblem): string {
  const field = problem.field === "" ? "" : ` ${problem.field}:`;
  return `${problem.file}:${problem.line}:${problem.column}:${field} ${problem.message} ${problem.remedy}`;
}
