type Issue = {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly [detail: string]: unknown;
};

const COUNTED: Readonly<Record<string, string>> = { string: " characters", array: " items", set: " items" };

/**
 * What a zod issue itself says would be right: a rule that carries its remedy (`params.remedy`), a rule or pattern of
 * ours, whose message is worded as what is needed, or the bound that was passed. null where only the schema knows.
 */
export function issueRemedy(issue: Issue): string | null {
  const { params } = issue;
  const own = params instanceof Object ? Reflect.get(params, "remedy") : undefined;
  if (typeof own === "string") return own;
  const { message = "" } = issue;
  // Zod's own words begin so.
  const worded = message !== "" && !message.startsWith("Invalid");
  if (worded && (issue.code === "custom" || issue.code === "invalid_format")) return `Needed: ${message}.`;
  return boundRemedy(issue);
}

function boundRemedy({ code, inclusive, origin, minimum, maximum }: Issue): string | null {
  const unit = COUNTED[String(origin)] ?? "";
  if (code === "too_small" && minimum !== undefined)
    return inclusive === false ? `Give more than ${minimum}${unit}.` : `Give at least ${minimum}${unit}.`;
  if (code === "too_big" && maximum !== undefined)
    return inclusive === false ? `Give less than ${maximum}${unit}.` : `Give at most ${maximum}${unit}.`;
  return null;
}
