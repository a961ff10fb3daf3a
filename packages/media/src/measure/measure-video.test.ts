import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AcceptanceReport, acceptanceReport } from "@greenlight/contract/documents";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExpectedFilm, measureVideo } from "./measure-video.ts";
import { type Clip, makeClip } from "./testing/make-clip.ts";
import { CUES, goodClip, goodExpected, PROFILE, paint, sound, srt, TEXT } from "./testing/sample-film.ts";

let folder = "";
let good = "";
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "measure-"));
  good = join(folder, "good.mp4");
  await makeClip(goodClip(good));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Measures a film made with these changes; the unchanged one is made once. */
async function measure(
  clip: Partial<Clip> = {},
  expected: Partial<ExpectedFilm> = {},
): Promise<AcceptanceReport> {
  let file = good;
  if (Object.keys(clip).length > 0) {
    file = join(folder, `${++count}.mp4`);
    await makeClip({ ...goodClip(file), ...clip });
  }
  return measureVideo({
    file,
    expected: { ...goodExpected(), ...expected },
    profile: PROFILE,
    profile_name: "web",
  });
}

/** Ids of the checks with this status. */
function ids(report: AcceptanceReport, status: string): string[] {
  return report.checks.filter((check) => check.status === status).map((check) => check.id);
}

function checkOf(report: AcceptanceReport, id: string) {
  const check = report.checks.find((c) => c.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return check;
}

/** The one place where a check fails, seconds. */
function failsAt(report: AcceptanceReport, id: string): number {
  const { at } = checkOf(report, id);
  expect(at).toHaveLength(1);
  return at[0] ?? -1;
}

describe("a film that keeps every promise", () => {
  let report: AcceptanceReport;
  beforeAll(async () => {
    report = await measure();
  });

  it("passes, and skips only what it was given nothing for", () => {
    expect(ids(report, "FAIL")).toEqual([]);
    expect(ids(report, "WARN")).toEqual([]);
    expect(ids(report, "SKIP")).toEqual(["music_under_voice", "determinism"]);
    expect(report.verdict).toBe("PASS");
  });

  it("is a report of the contract, with ids used once", () => {
    expect(() => acceptanceReport.parse(report)).not.toThrow();
    const all = report.checks.map((check) => check.id);
    expect(new Set(all).size).toBe(all.length);
  });

  it("gives the numbers of the file", () => {
    expect(checkOf(report, "duration").value).toBeCloseTo(8, 2);
    expect(checkOf(report, "frame_rate").value).toBeCloseTo(30, 3);
    expect(checkOf(report, "loudness").value).toBeCloseTo(-14, 0);
    expect(checkOf(report, "resolution").value).toBe("320x180");
    expect(Number(checkOf(report, "contrast").value)).toBeGreaterThan(9);
    expect(Number(checkOf(report, "encode").value)).toBeGreaterThan(0.98);
    expect(Math.abs(Number(checkOf(report, "av_sync").value))).toBeLessThanOrEqual(10);
  });
});

describe("a fault in the picture", () => {
  it("black: a second of it in the middle", async () => {
    const report = await measure(
      {
        paint: (luma, t) => (t >= 2 && t < 2.8 ? luma.fill(16) : paint(luma, t)),
      },
      { draw_frame: undefined, texts: undefined },
    );
    expect(ids(report, "FAIL")).toEqual(["black"]);
    expect(failsAt(report, "black")).toBeCloseTo(2, 1);
    expect(checkOf(report, "black").value).toBeCloseTo(0.8, 1);
  });

  it("freeze: the same frame for more than three seconds", async () => {
    const report = await measure(
      { paint: (luma, t) => paint(luma, Math.min(t, 4.5)) },
      { draw_frame: undefined },
    );
    expect(ids(report, "FAIL")).toEqual(["freeze"]);
    expect(failsAt(report, "freeze")).toBeCloseTo(4.5, 1);
  });

  it("flashing: half of the frame, five times a second", async () => {
    const report = await measure(
      {
        paint: (luma, t) => {
          paint(luma, t);
          if (t > 5 && t < 7 && Math.floor(t * 10) % 2 === 0) luma.fill(16, 0, luma.length / 2);
        },
      },
      { draw_frame: undefined },
    );
    expect(ids(report, "FAIL")).toEqual(["flashing"]);
    expect(checkOf(report, "flashing").value).toBe(5);
    expect(failsAt(report, "flashing")).toBeCloseTo(5, 0);
  });

  it("levels: a tenth of the frame beyond white", async () => {
    const report = await measure(
      {
        paint: (luma, t) => {
          paint(luma, t);
          if (t >= 6 && t < 7) luma.fill(252, 0, luma.length / 10);
        },
      },
      { draw_frame: undefined },
    );
    expect(ids(report, "FAIL")).toEqual(["levels"]);
    expect(failsAt(report, "levels")).toBeCloseTo(6, 1);
  });

  it("a beat whose picture does not change", async () => {
    const report = await measure({ paint: (luma, t) => paint(luma, t * 0.45) }, { draw_frame: undefined });
    expect(ids(report, "FAIL")).toEqual(["picture_follows_voice"]);
    expect(failsAt(report, "picture_follows_voice")).toBeCloseTo(4.5, 3);
  });

  it("text that is hardly lighter than its ground, and text at the edge", async () => {
    const grey: ExpectedFilm["texts"] = [{ ...TEXT, colours: ["#9a9a9a"], box: { ...TEXT.box, x: 4 } }];
    const report = await measure(
      {
        paint: (luma, t) => {
          paint(luma, t);
          if (t < 4)
            for (let y = 60; y < 84; y++)
              for (let x = 0; x < 200; x++) luma[y * 320 + x] = Math.floor(x / 6) % 2 ? 148 : 110;
        },
      },
      { draw_frame: undefined, texts: grey },
    );
    expect(ids(report, "FAIL")).toEqual(["contrast", "safe_area"]);
    expect(Number(checkOf(report, "contrast").value)).toBeLessThan(2.5);
  });

  it("an encode that is not what was drawn", async () => {
    const report = await measure({}, { draw_frame: async () => new Uint8Array(320 * 180 * 4).fill(255) });
    expect(ids(report, "FAIL")).toEqual(["encode"]);
  });
});

describe("a fault in the stream", () => {
  it("another frame rate than asked", async () => {
    const report = await measure({ fps: 25 }, { draw_frame: undefined });
    expect(ids(report, "FAIL")).toEqual(["frame_rate"]);
    expect(checkOf(report, "frame_rate").value).toBe(25);
  });

  it("an index at the end, and one key frame for the whole film", async () => {
    const clip = { faststart: false, gop: 600, paint: (l: Uint8Array, t: number) => paint(l, t * 0.45) };
    const report = await measure(clip, { timing: undefined, draw_frame: undefined });
    expect(ids(report, "FAIL")).toEqual(["moov_first", "gop"]);
    expect(checkOf(report, "gop").value).toBeCloseTo(8, 2);
  });

  it("a length that was not asked for", async () => {
    const report = await measure({}, { length: { min_s: 10, max_s: 20 } });
    expect(ids(report, "FAIL")).toEqual(["duration"]);
  });
});

describe("a fault in the sound", () => {
  it("silence: a gap where a beat should speak", async () => {
    const report = await measure({ sound: (t) => (t > 4 ? 0 : 1.1 * sound(t)) });
    expect(ids(report, "FAIL")).toContain("silence");
    expect(failsAt(report, "silence")).toBeCloseTo(3.46, 1);
    expect(checkOf(report, "sentence_coverage").at).toEqual([4.5]);
  });

  it("clipping, and so too loud and over the true peak", async () => {
    const report = await measure({
      sound: (t) =>
        t > 5 && t < 5.6 ? Math.max(-1, Math.min(1, 6 * Math.sin(2 * Math.PI * 300 * t))) : 0.8 * sound(t),
    });
    expect(ids(report, "FAIL")).toContain("clipping");
    expect(failsAt(report, "clipping")).toBeCloseTo(5, 1);
    expect(ids(report, "FAIL")).toContain("true_peak");
  });

  it("too loud, without clipping", async () => {
    const report = await measure({ sound: (t) => 1.5 * sound(t) });
    expect(ids(report, "FAIL")).toEqual(["loudness"]);
    expect(checkOf(report, "loudness").value).toBeCloseTo(-10.5, 0);
  });

  it("speech a tenth of a second behind its cue", async () => {
    const report = await measure({ sound: (t) => sound(Math.max(0, t - 0.1)) });
    expect(ids(report, "FAIL")).toEqual(["av_sync"]);
    expect(Number(checkOf(report, "av_sync").value)).toBeGreaterThan(90);
    expect(checkOf(report, "av_sync").at).toEqual([0.5, 4.5]);
  });
});

describe("a fault in the captions", () => {
  it("the order of the captions' words", async () => {
    const [a, b] = CUES;
    if (a === undefined || b === undefined) throw new Error("two captions");
    const swapped = [
      { ...a, lines: b.lines },
      { ...b, lines: a.lines },
    ];
    const report = await measure({}, { captions_srt: srt(swapped) });
    expect(ids(report, "FAIL")).toEqual(["caption_text"]);
    expect(checkOf(report, "caption_text").note).toContain("another order");
    expect(failsAt(report, "caption_text")).toBeCloseTo(0.5, 3);
  });

  it("words missing from the film's own track", async () => {
    const short = CUES.map((cue, i) => (i === 1 ? { ...cue, lines: cue.lines.slice(0, 1) } : cue));
    const report = await measure({ cues: short });
    expect(ids(report, "FAIL")).toEqual(["caption_track"]);
    expect(checkOf(report, "caption_track").note).toContain("words missing");
    expect(failsAt(report, "caption_track")).toBeCloseTo(4.5, 3);
  });

  it("a caption that comes half a second late", async () => {
    const late = CUES.map((cue, i) => (i === 1 ? { ...cue, start_s: cue.start_s + 0.5 } : cue));
    const report = await measure({}, { captions_srt: srt(late) });
    expect(ids(report, "FAIL")).toEqual(["caption_in"]);
    expect(failsAt(report, "caption_in")).toBeCloseTo(5, 3);
  });
});

describe("a fault in the script", () => {
  it("a number and a quotation no source has", async () => {
    const report = await measure(
      {},
      { script: "## main\n\nForests store 60 percent [S1]. “Trees talk to us” [S1]." },
    );
    expect(ids(report, "FAIL")).toEqual(["citations", "quotations"]);
    expect(checkOf(report, "citations").note).toContain("“60”");
  });
});

describe("driving the measurement", () => {
  it("reports progress that only grows, to 1", async () => {
    const seen: number[] = [];
    await measureVideo({
      file: good,
      expected: {},
      profile: PROFILE,
      profile_name: "web",
      onProgress: (f) => seen.push(f),
    });
    expect(seen.at(-1)).toBe(1);
    expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
  });

  it("stops when aborted", async () => {
    const stop = new AbortController();
    const running = measureVideo({
      file: good,
      expected: {},
      profile: PROFILE,
      profile_name: "web",
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(running).rejects.toThrow(/abort/i);
  });
});
