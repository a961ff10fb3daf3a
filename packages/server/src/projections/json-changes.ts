import type { JsonChange } from "@greenlight/contract/comparison";

/** Every place where two JSON values differ, the deepest that tells it; items of arrays are compared by their place. */
export function jsonChanges(before: unknown, after: unknown, at = ""): JsonChange[] {
  const [old, fresh] = [entries(before), entries(after)];
  if (old === null || fresh === null || Array.isArray(before) !== Array.isArray(after))
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ pointer: at, before, after }];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((key): JsonChange[] => {
    const pointer = `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const [was, is] = [old.get(key), fresh.get(key)];
    if (was === undefined) return is === undefined ? [] : [{ pointer, after: is }];
    return is === undefined ? [{ pointer, before: was }] : jsonChanges(was, is, pointer);
  });
}

function entries(value: unknown): Map<string, unknown> | null {
  return value !== null && typeof value === "object" ? new Map(Object.entries(value)) : null;
}
