import type { ConfigProblem } from "@greenlight/contract/config";
import { Rejection } from "../domain/commands.ts";

/** One or more faults of configuration files; the message carries the first, `problems` all of them in order. */
export class InvalidConfig extends Rejection {
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    super("invalid_config", problems.map(sentence).join("\n"));
    this.name = "InvalidConfig";
    this.problems = problems;
  }
}

function sentence(problem: ConfigProblem): string {
  const field = problem.field === "" ? "" : ` ${problem.field}:`;
  return `${problem.file}:${problem.line}:${problem.column}:${field} ${problem.message} ${problem.remedy}`;
}
