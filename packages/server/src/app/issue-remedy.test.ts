import { gateConfig } from "@greenlight/contract/gate";
import { slug } from "@greenlight/contract/ids";
import { expect, test } from "vitest";
import { z } from "zod";
import { issueRemedy } from "./issue-remedy.ts";

const remedyOf = (schema: z.ZodType, value: unknown) => {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  if (issue === undefined) throw new Error("the value was accepted");
  return issueRemedy({ ...issue });
};

test.each<[string, z.ZodType, unknown, string | null]>([
  ["a pattern", slug, "A b", "Needed: lower-case letters, digits and single hyphens, e.g. tidal-power."],
  ["a pattern without words", z.string().regex(/^a$/), "b", null],
  ["zod's own format", z.url(), "b", null],
  ["a rule", z.string().refine((text) => text === "a", "an a"), "b", "Needed: an a."],
  [
    "a rule with its remedy",
    z.string().refine((text) => text === "a", { message: "not an a", params: { remedy: "Give a." } }),
    "b",
    "Give a.",
  ],
  ["above zero", z.number().positive(), 0, "Give more than 0."],
  ["a least number", z.number().min(1), 0, "Give at least 1."],
  ["a largest number", z.number().max(1), 2, "Give at most 1."],
  ["below a number", z.number().lt(1), 1, "Give less than 1."],
  ["a short text", z.string().min(3), "a", "Give at least 3 characters."],
  ["a long list", z.array(z.string()).max(0), ["a"], "Give at most 0 items."],
  ["another type", z.string(), 1, null],
  [
    "a late reminder",
    gateConfig,
    { remind_after_s: 60, auto_approve_after_s: 60 },
    "Give fewer seconds than auto_approve_after_s, or take it out.",
  ],
  [
    "too few approvers",
    gateConfig,
    { approvers: ["ada"], min_approvals: 2 },
    "Give at most as many as there are approvers, or name more of these.",
  ],
])("%s", (_, schema, value, remedy) => {
  expect(remedyOf(schema, value)).toBe(remedy);
});
