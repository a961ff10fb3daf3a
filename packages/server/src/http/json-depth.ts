import { Rejection } from "../domain/commands.ts";

/** Deeper than any document here needs, and far from where recursive readers run out of stack. */
const DEEPEST = 64;

/** @throws Rejection bad_request if objects and arrays are nested deeper than 64 levels. */
export function checkDepth(body: unknown): void {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST)
      throw new Rejection("bad_request", `The body is nested deeper than ${DEEPEST} levels.`);
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
  }
}
