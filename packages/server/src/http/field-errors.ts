import type { FieldError } from "@greenlight/contract/problem";
import { issueRemedy } from "../app/issue-remedy.ts";

/** A zod issue, as it is or as the type provider carries it (its path in `instancePath`, the rest in `params`). */
type Issue = {
  readonly message?: string | undefined;
  readonly instancePath?: string;
  readonly keyword?: string;
  readonly params?: Readonly<Record<string, unknown>>;
};

/** More would only bury the first. */
const SHOWN = 50;

/**
 * Field errors with JSON Pointers: into the body, or for other parts of the request below `/query`, `/path` or
 * `/headers`. An unknown field gets an error of its own; of a union the branch that came closest is shown.
 */
export function fieldErrors(issues: readonly Issue[], context: string): FieldError[] {
  const prefix = PREFIX[context] ?? "";
  return issues.flatMap((issue) => expand(issue, prefix)).slice(0, SHOWN);
}

const PREFIX: Readonly<Record<string, string>> = {
  querystring: "/query",
  params: "/path",
  headers: "/headers",
};

function expand(issue: Issue, prefix: string): FieldError[] {
  const params = issue.params ?? {};
  const path = issue.instancePath === "/" ? "" : (issue.instancePath ?? "");
  const pointer = `${prefix}${path}`;
  if (issue.keyword === "unrecognized_keys" && Array.isArray(params.keys))
    return params.keys.map((key) => ({
      pointer: `${pointer}/${escapeToken(String(key))}`,
      message: "There is no such field.",
      remedy: "Remove it, or correct its name.",
    }));
  if (issue.keyword === "invalid_union" && Array.isArray(params.errors)) {
    const closest = closestBranch(params.errors);
    if (closest.length > 0)
      return closest.flatMap((inner) =>
        expand(
          {
            message: inner.message,
            keyword: inner.code,
            instancePath: inner.path.map((part) => `/${escapeToken(String(part))}`).join(""),
            params: inner,
          },
          pointer,
        ),
      );
  }
  return [{ pointer, message: issue.message ?? "Not valid.", remedy: remedyOf(issue) }];
}

type RawIssue = { readonly code: string; readonly message: string; readonly path: readonly PropertyKey[] };

function closestBranch(branches: readonly unknown[]): (RawIssue & Record<string, unknown>)[] {
  const lists = branches.filter((branch): branch is (RawIssue & Record<string, unknown>)[] =>
    Array.isArray(branch),
  );
  return lists.reduce<(RawIssue & Record<string, unknown>)[]>(
    (best, list) => (best.length === 0 || list.length < best.length ? list : best),
    [],
  );
}

function remedyOf({ keyword, message, params = {} }: Issue): string {
  if (keyword === "invalid_type" && typeof params.expected === "string") return `Send ${params.expected}.`;
  if (keyword === "invalid_value" && Array.isArray(params.values))
    return `Send one of ${params.values.map(String).join(", ")}.`;
  const own = issueRemedy({ ...params, code: keyword, message });
  return own ?? "Send what the schema at /docs describes.";
}

/** RFC 6901: `~` and `/` inside a name. */
function escapeToken(token: string): string {
  return token.slice(0, 200).replaceAll("~", "~0").replaceAll("/", "~1");
}
