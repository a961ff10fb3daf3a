import type { FieldError } from "@greenlight/contract/problem";
import type { z } from "zod";
import { issueRemedy } from "./issue-remedy.ts";

/** Each issue as a JSON Pointer below `prefix`, what is wrong, and what would be right. */
export function fieldErrors(error: z.ZodError, prefix = ""): FieldError[] {
  return error.issues.flatMap((issue) => {
    const at = (path: readonly PropertyKey[]) =>
      prefix + path.map((p) => `/${String(p).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({
        pointer: at([...issue.path, key]),
        message: "unknown field",
        remedy: "remove it, or correct its name",
      }));
    return [{ pointer: at(issue.path), message: issue.message, remedy: remedyFor(issue) }];
  });
}

function remedyFor(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `give a value of type ${issue.expected}`;
    case "invalid_value":
      return `give one of: ${issue.values.map(String).join(", ")}`;
    default:
      return issueRemedy({ ...issue }) ?? issue.message;
  }
}
