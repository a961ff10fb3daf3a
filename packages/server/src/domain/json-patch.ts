import type { JsonPatchOperation } from "@greenlight/contract/patch";
import { Rejection } from "./commands.ts";
import { PatchRoom } from "./patch-room.ts";

type Json = unknown;
type Container = Json[] | Record<string, Json>;

/**
 * RFC 6902 on a JSON value: all operations or none; neither the given value nor the operations are touched.
 * @throws Rejection patch_target_missing where a path or a test does not hold.
 */
export function applyJsonPatch(value: Json, operations: readonly JsonPatchOperation[]): Json {
  const room = new PatchRoom();
  return operations.reduce<Json>((now, operation, index) => {
    try {
      return applyOne(now, operation, room);
    } catch (error) {
      throw error instanceof NoPlace ? refusalOf(error, operation, index) : error;
    }
  }, structuredClone(value));
}

/** A path that leads nowhere, or a test that does not hold. */
class NoPlace extends Error {
  override name = "NoPlace";
  readonly path: string;
  readonly why: string;
  constructor(path: string, why: string) {
    super(`the path “${path}” ${why}`);
    this.path = path;
    this.why = why;
  }
}

/** Points at the field of the operation that is at fault. */
function refusalOf({ path, why, message }: NoPlace, operation: JsonPatchOperation, index: number): Rejection {
  const fromFails = "from" in operation && operation.from === path && operation.path !== path;
  const unequal = operation.op === "test" && why === UNEQUAL;
  const field = fromFails ? "from" : unequal ? "value" : "path";
  const remedy = unequal
    ? "give the value that stands there, or look at the newest version"
    : "give a path that the newest version of the document has";
  return new Rejection("patch_target_missing", message, [
    { pointer: `/operations/${index}/${field}`, message: `“${path}” ${why}`, remedy },
  ]);
}

const UNEQUAL = "is not what the test expects";

function applyOne(root: Json, operation: JsonPatchOperation, room: PatchRoom): Json {
  const level = tokens(operation.path).length;
  switch (operation.op) {
    case "add":
      room.takeJson(operation.value, level);
      return put(root, operation.path, structuredClone(operation.value), true);
    case "replace":
      read(root, operation.path);
      room.takeJson(operation.value, level);
      return put(root, operation.path, structuredClone(operation.value), false);
    case "remove":
      return remove(root, operation.path);
    case "move": {
      if (operation.path.startsWith(`${operation.from}/`))
        throw new NoPlace(operation.path, "lies inside what is moved");
      const moved = read(root, operation.from);
      room.takeJson(moved, level);
      return put(remove(root, operation.from), operation.path, moved, true);
    }
    case "copy": {
      const copied = read(root, operation.from);
      room.takeJson(copied, level);
      return put(root, operation.path, structuredClone(copied), true);
    }
    case "test":
      if (!equal(read(root, operation.path), operation.value)) throw new NoPlace(operation.path, UNEQUAL);
      return root;
    default:
      return operation satisfies never;
  }
}

/** RFC 6901. */
function tokens(pointer: string): string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer))
    throw new NoPlace(pointer, "is not a JSON Pointer");
  return pointer
    .slice(1)
    .split("/")
    .map((t) => t.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function read(root: Json, pointer: string): Json {
  return tokens(pointer).reduce<Json>((at, token) => child(at, token, pointer), root);
}

function child(at: Json, token: string, pointer: string): Json {
  if (Array.isArray(at)) return at[index(at, token, at.length - 1, pointer)];
  if (at !== null && typeof at === "object" && Object.hasOwn(at, token))
    return (at as Record<string, Json>)[token];
  throw new NoPlace(pointer, "does not exist");
}

function index(list: Json[], token: string, max: number, pointer: string): number {
  const at = token === "-" ? list.length : /^(0|[1-9]\d*)$/.test(token) ? Number(token) : Number.NaN;
  if (!(at <= max)) throw new NoPlace(pointer, "is beyond the list");
  return at;
}

function parent(root: Json, pointer: string): { container: Container; key: string } {
  const path = tokens(pointer);
  const key = path.pop() ?? "";
  const container = path.reduce<Json>((at, token) => child(at, token, pointer), root);
  if (container === null || typeof container !== "object") throw new NoPlace(pointer, "has no container");
  return { container: container as Container, key };
}

function put(root: Json, pointer: string, value: Json, insert: boolean): Json {
  if (pointer === "") return value;
  const { container, key } = parent(root, pointer);
  if (Array.isArray(container)) {
    if (insert) container.splice(index(container, key, container.length, pointer), 0, value);
    else container[index(container, key, container.length - 1, pointer)] = value;
  } else define(container, key, value);
  return root;
}

/** As an own property, also for names like `__proto__`. */
function define(container: Record<string, Json>, key: string, value: Json): void {
  Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });
}

function remove(root: Json, pointer: string): Json {
  if (pointer === "") throw new NoPlace(pointer, "is the whole document and cannot be removed");
  read(root, pointer);
  const { container, key } = parent(root, pointer);
  if (Array.isArray(container)) container.splice(Number(key), 1);
  else delete container[key];
  return root;
}

function equal(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(
      (k) => Object.hasOwn(b, k) && equal((a as Record<string, Json>)[k], (b as Record<string, Json>)[k]),
    )
  );
}
