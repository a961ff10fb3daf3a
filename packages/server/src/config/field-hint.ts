import { z } from "zod";

type JsonSchema = {
  type?: string;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  default?: unknown;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
};

/** Says what would be right at a field of a schema: the remedy of a configuration fault. */
export function fieldHint(schema: z.ZodType): {
  /** `unquoted`: what stands there is no text, though a text may have been meant. */
  expected(path: readonly PropertyKey[], unquoted?: boolean): string;
  unknown(parent: readonly PropertyKey[], key: string): string;
} {
  const root = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  return {
    expected: (path, unquoted = false) =>
      `Give ${describe(step(root, path))}${unquoted ? ", in quotes if it is digits or a word of YAML" : ""}.`,
    unknown(parent, key) {
      const known = Object.keys(step(root, parent)?.properties ?? {});
      const nearest = known
        .map((name) => ({ name, distance: editDistance(name, key) }))
        .sort((a, b) => a.distance - b.distance)[0];
      if (nearest && nearest.distance <= Math.max(2, key.length / 3))
        return `Did you mean ${nearest.name}? Otherwise remove it.`;
      return known.length > 0 ? `Remove it; known here: ${known.join(", ")}.` : "Remove it.";
    },
  };
}

function step(root: JsonSchema, path: readonly PropertyKey[]): JsonSchema | undefined {
  let current: JsonSchema | undefined = root;
  for (const key of path) {
    const options: JsonSchema[] = current
      ? [current, ...(current.anyOf ?? []), ...(current.oneOf ?? [])]
      : [];
    current = options.map((option) => member(option, key)).find((found) => found !== undefined);
  }
  return current;
}

function member(schema: JsonSchema, key: PropertyKey): JsonSchema | undefined {
  if (typeof key === "number") return schema.items;
  const { properties } = schema;
  if (properties && Object.hasOwn(properties, key)) return properties[String(key)];
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

function describe(schema: JsonSchema | undefined): string {
  if (!schema) return "what the shipped file shows";
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return [...new Set(options.map(describe))].join(", or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return `${schema.enum.length > 1 ? "one of " : ""}${schema.enum.map(String).join(", ")}`;
  if (schema.type === "integer" || schema.type === "number") return number(schema);
  if (schema.type === "boolean") return "true or false";
  if (schema.type === "array")
    return `a list of ${schema.minItems ? `at least ${schema.minItems} ` : ""}items, each ${describe(schema.items)}`;
  if (schema.type === "object") {
    const fields = Object.keys(schema.properties ?? {});
    return fields.length > 0 ? `a mapping of ${fields.join(", ")}` : "a mapping";
  }
  if (schema.type === "string") return text(schema);
  return schema.type === "null" ? "null" : "what the shipped file shows";
}

const FORMATS: Readonly<Record<string, string>> = {
  uri: "an http or https address, e.g. https://studio.example.org",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  cidrv4: "a network, e.g. 10.0.0.0/8",
  cidrv6: "an IPv6 network, e.g. fd00::/8",
};

function text({ format, minLength = 0, maxLength }: JsonSchema): string {
  if (format) return FORMATS[format] ?? `a text (${format})`;
  const least = minLength > 1 ? `at least ${minLength}` : "";
  const most = maxLength === undefined ? "" : `at most ${maxLength}`;
  const bounds = [least, most].filter((bound) => bound !== "").join(" and ");
  return bounds === "" ? "a text" : `a text of ${bounds} characters`;
}

function number(schema: JsonSchema): string {
  const kind = schema.type === "integer" ? "a whole number" : "a number";
  const above = schema.exclusiveMinimum === undefined ? [] : [`above ${schema.exclusiveMinimum}`];
  const low =
    schema.minimum === undefined || schema.minimum <= -(2 ** 53) + 1 ? [] : [`from ${schema.minimum}`];
  const high = schema.maximum === undefined || schema.maximum >= 2 ** 53 - 1 ? [] : [`to ${schema.maximum}`];
  const between = above.length > 0 && high.length > 0 ? ["and up"] : [];
  return [kind, ...above, ...low, ...between, ...high].join(" ");
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitute));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
