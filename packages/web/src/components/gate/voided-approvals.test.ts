import type { Artifact } from "@greenlight/contract/artifact";
import { type AuditEntry, auditEntry } from "@greenlight/contract/audit";
import { expect, it } from "vitest";
import { voidedApprovals } from "./voided-approvals.ts";

const SHA = "a".repeat(64);
const ID = "01936f5e-7c00-7000-8000-000000000000";
const board = { id: ID, stage: "storyboard", name: "storyboard.json", version: 3, sha256: SHA } as Artifact;

function entry(seq: number, over: Partial<AuditEntry>): AuditEntry {
  return auditEntry.parse({
    ...{ seq, event_id: ID, ts: `2026-01-01T14:0${seq}:00.000Z`, action: "approve", stage: "storyboard" },
    ...{
      by: "bea",
      via: "http",
      token: "bea",
      address: null,
      link_id: null,
      link_made_by: null,
      notes: null,
      message: "",
    },
    change: { kind: "cancel" },
    hash: SHA,
    ...over,
  });
}
const voided = (seq: number, gate: string, approvals_by: string[], version = 1) =>
  entry(seq, {
    action: "void",
    by: "rita",
    change: {
      ...{ kind: "void", gate, cause: "changed", reason: "storyboard was patched by rita", approvals_by },
      versions: [{ name: "storyboard.json", version, sha256: SHA }],
    },
  });

it("tells when the approval was given, why it is void, and what to compare", () => {
  expect(voidedApprovals([entry(1, {}), voided(2, "storyboard", ["bea"])], "storyboard", [board])).toEqual([
    {
      seq: 2,
      by: "bea",
      approved_at: "2026-01-01T14:01:00.000Z",
      reason: "storyboard was patched by rita",
      compare: { artifact_id: ID, name: "storyboard.json", from: 1, to: 3 },
    },
  ]);
});

it("tells a person's last only, and nothing of other gates or of approvals nobody gave", () => {
  const entries = [
    entry(1, {}),
    voided(2, "storyboard", ["bea"]),
    entry(3, {}),
    voided(4, "storyboard", ["bea"], 2),
    voided(5, "script", ["ada"]),
    voided(6, "storyboard", []),
  ];
  expect(voidedApprovals(entries, "storyboard", [board])).toMatchObject([
    { seq: 4, by: "bea", approved_at: "2026-01-01T14:03:00.000Z", compare: { from: 2, to: 3 } },
  ]);
});

it("has nothing to compare where the approved version stands", () => {
  expect(voidedApprovals([voided(1, "storyboard", ["bea"], 3)], "storyboard", [board])).toMatchObject([
    { approved_at: null, compare: null },
  ]);
});
