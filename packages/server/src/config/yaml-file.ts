import type { ConfigFault, ConfigProblem } from "@greenlight/contract/config";
import type { Document } from "yaml";
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";
import type { z } from "zod";
import { issueRemedy } from "../app/issue-remedy.ts";
import { fieldHint } from "./field-hint.ts";

/** A YAML text that was read, with the means to say where in it a field stands. */
export type YamlFile = {
  readonly file: string;
  readonly value: unknown;
  /** 1-based line and column of the value at this path, or of the nearest parent that exists. */
  position(path: readonly PropertyKey[], which?: "key" | "value"): { line: number; column: number };
};

const SYNTAX_REMEDIES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "Keep one of the two.",
  MULTIPLE_DOCS: "Keep what stands before the --- or after it.",
};

/** Reads YAML 1.2 with merge keys (`<<`); a repeated key is a fault. `file` is only used to name the place of a fault. */
export function readYaml(text: string, file: string): { yaml: YamlFile } | { problems: ConfigProblem[] } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems = document.errors.map((error) => ({
    code: "invalid_yaml" as const,
    file,
    ...at(error.pos[0]),
    field: "",
    pointer: "",
    message: `The YAML does not parse: ${error.message}.`,
    remedy: SYNTAX_REMEDIES[error.code] ?? "Mend it at this place; indentation is by spaces.",
  }));
  if (problems.length > 0) return { problems };
  const inherited = inheritedKeys(document).map(({ path, offset }) => ({
    code: "invalid_field" as const,
    file,
    ...at(offset),
    ...namesOf(path),
    message: "This field is not known.",
    remedy: "Remove it.",
  }));
  if (inherited.length > 0) return { problems: inherited };
  const position: YamlFile["position"] = (path, which = "value") => at(offsetOf(document, path, which));
  try {
    return { yaml: { file, value: document.toJS({ maxAliasCount: 1000 }) ?? {}, position } };
  } catch (error) {
    const message = `The YAML does not resolve: ${error instanceof Error ? error.message : String(error)}.`;
    const place = { file, line: 1, column: 1, field: "", pointer: "" };
    return {
      problems: [{ code: "invalid_yaml", ...place, message, remedy: "Mend the anchor or alias." }],
    };
  }
}

/** Checks a file against a schema and gives each fault its place. */
export function checkYaml<Schema extends z.ZodType>(
  yaml: YamlFile,
  schema: Schema,
): { value: z.output<Schema> } | { problems: ConfigProblem[] } {
  const parsed = schema.safeParse(yaml.value);
  if (parsed.success) return { value: parsed.data };
  const hint = fieldHint(schema);
  return {
    problems: parsed.error.issues.flatMap((issue) => {
      if (issue.code === "unrecognized_keys")
        return issue.keys.map((key) =>
          problemAt(
            yaml,
            [...issue.path, key],
            "key",
            "This field is not known.",
            hint.unknown(issue.path, key),
          ),
        );
      if (issue.code === "invalid_key") {
        const why = issue.issues.map(({ message }) => message).join("; ");
        return [problemAt(yaml, issue.path, "key", "This name is not allowed.", `Use ${why}.`)];
      }
      const missing = valueAt(yaml.value, issue.path) === undefined;
      if (missing)
        return [problemAt(yaml, issue.path, "value", "This field is missing.", hint.expected(issue.path))];
      const unquoted = issue.code === "invalid_type" && issue.expected === "string";
      const rule = issue.code === "custom" || issue.code === "invalid_format";
      const right = (rule ? issueRemedy({ ...issue }) : null) ?? hint.expected(issue.path, unquoted);
      // The words of a rule say it once.
      const what = right.includes(issue.message) ? "" : `: ${issue.message}`;
      return [problemAt(yaml, issue.path, "value", `This value is not right${what}.`, right)];
    }),
  };
}

/** A fault at a field of a file that was read. */
export function problemAt(
  yaml: YamlFile,
  path: readonly PropertyKey[],
  which: "key" | "value",
  message: string,
  remedy: string,
  { code = "invalid_field" }: { code?: ConfigFault } = {},
): ConfigProblem {
  return {
    code,
    file: yaml.file,
    ...yaml.position(path, which),
    ...namesOf(path),
    message,
    remedy,
  };
}

function namesOf(path: readonly PropertyKey[]): { field: string; pointer: string } {
  return {
    field: path.map(String).join("."),
    pointer: path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
  };
}

/** Keys that every object has already: no schema sees a `__proto__`, and a lookup of the others finds a function. */
const INHERITED = new Set(["__proto__", "constructor", "prototype"]);

function inheritedKeys(document: Document): { path: PropertyKey[]; offset: number }[] {
  const found: { path: PropertyKey[]; offset: number }[] = [];
  visit(document, {
    Pair(_, pair, parents) {
      const name = keyText(pair.key);
      if (!INHERITED.has(name) || !isScalar(pair.key)) return;
      const chain = [...parents, pair];
      const path = chain.flatMap((node, index): PropertyKey[] => {
        if (isPair(node)) return [keyText(node.key)];
        const next = chain[index + 1];
        return isSeq(node) && next !== undefined ? [node.items.indexOf(next)] : [];
      });
      found.push({ path, offset: pair.key.range?.[0] ?? 0 });
    },
  });
  return found;
}

/** With merge keys on, the value of `<<` is a symbol; its source is still the text. */
function keyText(key: unknown): string {
  return isScalar(key) ? (key.source ?? String(key.value)) : "";
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (current === null || typeof current !== "object" || !Object.hasOwn(current, key)) return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}

/** Offset of the deepest node of `path` that stands in the text, followed through aliases and merge keys. */
function offsetOf(document: Document, path: readonly PropertyKey[], which: "key" | "value"): number {
  let node = document.contents as Node | null;
  let offset = node?.range?.[0] ?? 0;
  for (const [index, key] of path.entries()) {
    const found = child(document, node, key);
    if (!found) break;
    const last = index === path.length - 1;
    node = found.value;
    offset = (last && which === "key" ? found.key : (node ?? found.key))?.range?.[0] ?? offset;
  }
  return offset;
}

type Child = { key: Node | null; value: Node | null };

function child(document: Document, node: Node | null, key: PropertyKey): Child | undefined {
  const target = isAlias(node) ? (node.resolve(document) ?? null) : node;
  if (isSeq(target)) {
    const item = target.items[Number(key)] as Node | undefined;
    return item && { key: item, value: item };
  }
  if (!isMap(target)) return undefined;
  let merged: Child | undefined;
  for (const pair of target.items) {
    const name = keyText(pair.key);
    if (name === String(key)) return { key: pair.key as Node, value: pair.value as Node | null };
    if (name !== "<<") continue;
    for (const source of isSeq(pair.value) ? pair.value.items : [pair.value])
      merged ??= child(document, source as Node | null, key);
  }
  return merged;
}
