import type { Beat } from "@greenlight/contract/storyboard";
import { describe, expect, it } from "vitest";
import { spokenAt, spokenInTurn } from "./spoken-at.ts";

const beat: Beat = {
  id: "b01",
  section: "",
  narration: "The tide makes no smoke, burns no fuel and needs no storage.",
  duration_s: 7,
  speech_s: 6,
  visual: { kind: "list", items: ["Makes no smoke", "Burns no fuel", "Needs no storage"] },
  on_screen_text: "",
  motion: "push_in",
  transition: "cut",
  citations: [],
};

describe("spokenInTurn", () => {
  it("brings each item in about when it is said", () => {
    const times = spokenInTurn(beat, 0.25, ["Makes no smoke", "Burns no fuel", "Needs no storage"]) ?? [];
    expect(times).toHaveLength(3);
    expect(times[0]).toBeCloseTo(0.25 + (6 * 9) / 60 - 0.2, 1);
    expect(times[1]).toBeGreaterThan((times[0] ?? 0) + 1);
    expect(times[2]).toBeGreaterThan((times[1] ?? 0) + 1);
  });

  it("gives nothing for what is not said, is said in another order, or never spoken", () => {
    expect(spokenInTurn(beat, 0.25, ["Burns no fuel", "Makes no smoke"])).toBeNull();
    expect(spokenInTurn(beat, 0.25, ["Makes no noise"])).toBeNull();
    expect(spokenAt({ ...beat, speech_s: 0 }, 0.25, "tide")).toBeNull();
  });
});
