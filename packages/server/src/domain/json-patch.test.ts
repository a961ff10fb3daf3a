import { describe, expect, it } from "vitest";
import { Rejection } from "./commands.ts";
import { applyJsonPatch } from "./json-patch.ts";
import { type EditPatch, patchText } from "./patches.ts";

type Operations = Parameters<typeof applyJsonPatch>[1];

function refused(value: unknown, operations: Operations): string {
  const before = structuredClone(value);
  try {
    applyJsonPatch(value, operations);
  } catch (error) {
    expect(value).toEqual(before);
    if (error instanceof Rejection) return error.code;
    throw error;
  }
  return "not refused";
}

describe("RFC 6902, appendix A", () => {
  it.each<[string, unknown, Operations, unknown]>([
    ["A.1", { foo: "bar" }, [{ op: "add", path: "/baz", value: "qux" }], { baz: "qux", foo: "bar" }],
    [
      "A.2",
      { foo: ["bar", "baz"] },
      [{ op: "add", path: "/foo/1", value: "qux" }],
      { foo: ["bar", "qux", "baz"] },
    ],
    ["A.3", { baz: "qux", foo: "bar" }, [{ op: "remove", path: "/baz" }], { foo: "bar" }],
    ["A.4", { foo: ["bar", "qux", "baz"] }, [{ op: "remove", path: "/foo/1" }], { foo: ["bar", "baz"] }],
    ["A.5", { baz: "qux" }, [{ op: "replace", path: "/baz", value: "boo" }], { baz: "boo" }],
    [
      "A.6",
      { foo: { bar: "baz", waldo: "fred" }, qux: { corge: "grault" } },
      [{ op: "move", from: "/foo/waldo", path: "/qux/thud" }],
      { foo: { bar: "baz" }, qux: { corge: "grault", thud: "fred" } },
    ],
    [
      "A.7",
      { foo: ["all", "grass", "cows", "eat"] },
      [{ op: "move", from: "/foo/1", path: "/foo/3" }],
      { foo: ["all", "cows", "eat", "grass"] },
    ],
    [
      "A.8",
      { baz: "qux", foo: ["a", 2, "c"] },
      [
        { op: "test", path: "/baz", value: "qux" },
        { op: "test", path: "/foo/1", value: 2 },
      ],
      { baz: "qux", foo: ["a", 2, "c"] },
    ],
    [
      "A.10",
      { foo: "bar" },
      [{ op: "add", path: "/child", value: { grandchild: {} } }],
      { foo: "bar", child: { grandchild: {} } },
    ],
    ["A.14", { "/": 9, "~1": 10 }, [{ op: "test", path: "/~01", value: 10 }], { "/": 9, "~1": 10 }],
    [
      "A.16",
      { foo: ["bar"] },
      [{ op: "add", path: "/foo/-", value: ["abc", "def"] }],
      { foo: ["bar", ["abc", "def"]] },
    ],
  ])("%s", (_, before, operations, after) => {
    expect(applyJsonPatch(before, operations)).toEqual(after);
  });

  it.each<[string, unknown, Operations]>([
    ["A.9 a test that fails", { baz: "qux" }, [{ op: "test", path: "/baz", value: "bar" }]],
    ["A.12 a parent that is not there", { foo: "bar" }, [{ op: "add", path: "/baz/bat", value: "qux" }]],
    ["A.15 a string is no number", { "/": 9, "~1": 10 }, [{ op: "test", path: "/~01", value: "10" }]],
    ["an index beyond the list", { a: [1] }, [{ op: "add", path: "/a/2", value: 0 }]],
    ["an index with a leading zero", { a: [1, 2] }, [{ op: "replace", path: "/a/01", value: 0 }]],
    ["a move into itself", { a: { b: 1 } }, [{ op: "move", from: "/a", path: "/a/b" }]],
    ["the end of a list, removed", { a: [1] }, [{ op: "remove", path: "/a/-" }]],
    ["an escape that does not exist", { "~2": 1 }, [{ op: "remove", path: "/~2" }]],
    ["an inherited property", {}, [{ op: "test", path: "/constructor/name", value: "Object" }]],
  ])("%s is refused, and the value is untouched", (_, value, operations) => {
    expect(refused(value, operations)).toBe("patch_target_missing");
  });
});

it.each<[string, Operations[number], string]>([
  ["a path that is not there", { op: "replace", path: "/b", value: 1 }, "/operations/1/path"],
  ["what is to be moved", { op: "move", from: "/b", path: "/c" }, "/operations/1/from"],
  ["where it is to be copied", { op: "copy", from: "/a", path: "/b/c" }, "/operations/1/path"],
  ["a test that does not hold", { op: "test", path: "/a", value: 9 }, "/operations/1/value"],
  ["a test of what is not there", { op: "test", path: "/b", value: 9 }, "/operations/1/path"],
])("points at the field of the operation that is at fault: %s", (_, operation, pointer) => {
  const first = { op: "add" as const, path: "/z", value: 0 };
  expect(() => applyJsonPatch({ a: 1 }, [first, operation])).toThrow(
    expect.objectContaining({ errors: [expect.objectContaining({ pointer, remedy: expect.any(String) })] }),
  );
});

it("undoes the operations before one that fails", () => {
  expect(
    refused({ a: 1 }, [
      { op: "replace", path: "/a", value: 2 },
      { op: "remove", path: "/nope" },
    ]),
  ).toBe("patch_target_missing");
});

it("leaves the operations as they were sent, so that they can be laid again", () => {
  const operations: Operations = [
    { op: "add", path: "/list", value: [] },
    { op: "add", path: "/list/-", value: 1 },
  ];
  const first = applyJsonPatch({}, operations);
  expect(applyJsonPatch({}, operations)).toEqual(first);
  expect(first).toEqual({ list: [1] });
});

it("takes a prototype's name as an ordinary key", () => {
  const after = applyJsonPatch({}, [{ op: "add", path: "/__proto__", value: { polluted: true } }]);
  expect(Object.keys(after as object)).toEqual(["__proto__"]);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

it.each<[EditPatch, string, string]>([
  [
    {
      type: "text_replace",
      replacements: [
        { old: "a", new: "b" },
        { old: "zzz", new: "y" },
      ],
    },
    "/replacements/1/old",
    "give words as they stand in the newest version",
  ],
  [
    { type: "section_replace", section_marker: "Costs", new_section: "x" },
    "/section_marker",
    "give one of: # T, ## One",
  ],
  [{ type: "replace", content: 7 }, "/content", "give the text as a string"],
  [{ type: "json_patch", operations: [] }, "/type", "use text_replace, section_replace or replace"],
])("points at the field of a patch of a text that is at fault: %j", (patch, pointer, remedy) => {
  expect(() => patchText("# T\n\n## One\na\n", patch)).toThrow(
    expect.objectContaining({ errors: [expect.objectContaining({ pointer, remedy })] }),
  );
});

it("replaces a section up to the next heading of its rank, and only what a text holds", () => {
  const text = "# T\n\n## One\na\n### sub\nb\n\n## Two\nc\n";
  const patch = { type: "section_replace", section_marker: "One", new_section: "## One\nnew" } as const;
  expect(patchText(text, patch)).toBe("# T\n\n## One\nnew\n\n## Two\nc\n");
  const missing = { type: "text_replace", replacements: [{ old: "zzz", new: "y" }] } as const;
  expect(() => patchText(text, { ...missing, replacements: [...missing.replacements] })).toThrow("zzz");
  // `$&` is text, not a pattern.
  expect(patchText("a", { type: "text_replace", replacements: [{ old: "a", new: "$&" }] })).toBe("$&");
});

describe("a patch that would grow an artifact beyond all use", () => {
  const whole = (times: number): Operations =>
    Array.from({ length: times }, (_, i) => ({ op: "copy", from: "", path: `/x${i}` }));

  it("by replacements is refused before it is grown", () => {
    const replacements = Array.from({ length: 60 }, () => ({ old: "e", new: "ee" }));
    expect(() => patchText("tide", { type: "text_replace", replacements })).toThrow(
      expect.objectContaining({ code: "patch_invalid_result" }),
    );
  });

  it("by copies, long texts or depth is refused, and others are not", () => {
    expect(refused({ a: "tide" }, whole(60))).toBe("patch_invalid_result");
    expect(refused({}, [{ op: "add", path: "/a", value: "x".repeat(1_000_001) }])).toBe(
      "patch_invalid_result",
    );
    const deeper: Operations = Array.from({ length: 7 }, (_, i) => ({
      op: "copy",
      from: "",
      path: "/x".repeat(2 ** i),
    }));
    expect(refused({ x: {} }, deeper)).toBe("patch_invalid_result");
    expect(refused({ a: "tide" }, whole(10))).toBe("not refused");
  });
});

it("finds a section by its heading alone, not by a line like it", () => {
  const patch = { type: "section_replace", new_section: "## New\nnew" } as const;
  for (const section_marker of [" ", "body", "##"])
    expect(() => patchText("# t\n\n## One\nbody\n", { ...patch, section_marker })).toThrow(
      expect.objectContaining({ code: "patch_target_missing" }),
    );
});
