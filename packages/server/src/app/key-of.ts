import { createHash } from "node:crypto";

/** Stable text of a JSON value: object keys sorted, `undefined` left out. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    v !== null && typeof v === "object" && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}

/** Key of a JSON value: equal for equal values, whatever the order of their keys. */
export function keyOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
