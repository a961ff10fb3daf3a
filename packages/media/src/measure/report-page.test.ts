import type { AcceptanceCheck, AcceptanceReport } from "@greenlight/contract/documents";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptanceHtml } from "./report-page.ts";

function reportOf(checks: AcceptanceCheck[], verdict: AcceptanceReport["verdict"]): AcceptanceReport {
  return {
    verdict,
    profile: "web",
    file: { sha256: "0".repeat(64), size_bytes: 1_500_000, duration_s: 75.5 },
    checks,
    manifest: [],
  };
}

const BLACK: AcceptanceCheck = {
  id: "black",
  group: "picture",
  value: 0.9,
  threshold: "none > 0.5 s",
  unit: "s",
  status: "FAIL",
  source: "ffmpeg blackdetect",
  at: [62.25],
};

describe("acceptanceHtml", () => {
  it("links a failing check's timecode into the film", () => {
    const page = acceptanceHtml(reportOf([BLACK], "FAIL"), { title: "Film", video_href: "a b.mp4?x=1&y=2" });
    expect(page).toContain('<a href="a b.mp4?x=1&amp;y=2#t=62.25" target="film">1:02.250</a>');
    expect(page).toContain("none &gt; 0.5 s");
  });

  it("says the status in words, not by colour alone", () => {
    const skip: AcceptanceCheck = { ...BLACK, status: "SKIP", value: null, at: [], note: "no picture" };
    const page = acceptanceHtml(reportOf([skip], "PASS"), { title: "Film", video_href: "v.mp4" });
    expect(page).toContain("Skipped");
    expect(page).toContain("no picture");
    expect(page).toContain("✓ Accepted");
  });

  it("lets no text from outside become markup", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const hostile = `<script>${text}</script>"'`;
        const check = {
          ...BLACK,
          id: hostile,
          value: hostile,
          note: hostile,
          source: hostile,
          unit: hostile,
        };
        const page = acceptanceHtml(reportOf([check], "FAIL"), { title: hostile, video_href: hostile });
        expect(page).not.toContain("<script");
      }),
    );
  });
});
