import type { AcceptanceCheck } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import { measured, passIf, skipped } from "./acceptance-check.ts";
import type { TextCue } from "./parse-captions.ts";

/** Caption files count whole milliseconds. */
const GRAIN_S = 0.001;

/** Words that introduce a noun and must not end a line that goes on, per language. */
const ARTICLES: Readonly<Record<string, readonly string[]>> = {
  en: ["a", "an", "the"],
  de: ["der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines"],
  fr: ["le", "la", "les", "un", "une", "des", "du"],
  es: ["el", "la", "los", "las", "un", "una", "unos", "unas"],
  it: ["il", "lo", "la", "i", "gli", "le", "un", "uno", "una"],
  pt: ["o", "a", "os", "as", "um", "uma"],
  nl: ["de", "het", "een"],
};

/** Lines, their length, time on screen, gaps, reading speed and line breaks (Netflix timed text guide). */
export function checkCaptionShape(
  cues: readonly TextCue[] | null,
  language: string,
  frameS: number,
  profile: QualityProfile,
): AcceptanceCheck[] {
  const rows = rowsOf(profile);
  if (cues === null) return Object.values(rows).map((row) => skipped(row, "no captions were given"));
  if (cues.length === 0) return Object.values(rows).map((row) => skipped(row, "there are no captions"));
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0);
  const startsWhere = (test: (cue: TextCue, i: number) => boolean) =>
    cues.filter(test).map((cue) => cue.start_s);

  const tooManyLines = startsWhere((cue) => cue.lines.length > profile.caption_max_lines);
  const tooWide = startsWhere((cue) => cue.lines.some((line) => length(line) > profile.caption_max_chars));
  const shown = cues.map((cue) => cue.end_s - cue.start_s);
  const badTime = startsWhere((_, i) => {
    const time = shown[i] ?? 0;
    return time < profile.caption_min_s - GRAIN_S || time > profile.caption_max_s + GRAIN_S;
  });
  const gaps = cues.slice(1).map((cue, i) => cue.start_s - (cues[i]?.end_s ?? 0));
  const leastGap = profile.caption_gap_frames * frameS - GRAIN_S;
  const tooClose = startsWhere((_, i) => i > 0 && (gaps[i - 1] ?? 0) < leastGap);
  const speeds = cues.map((cue, i) => length(cue.lines.join(" ")) / Math.max(shown[i] ?? 0, GRAIN_S));
  const fast = startsWhere((_, i) => (speeds[i] ?? 0) > profile.caption_cps_warn);
  const tooFast = startsWhere((_, i) => (speeds[i] ?? 0) > profile.caption_cps_fail);
  const broken = startsWhere((cue) => cue.lines.slice(0, -1).some((line) => endsInArticle(line, language)));
  const knowsArticles = articlesOf(language) !== undefined;

  return [
    measured(rows.lines, passIf(tooManyLines.length === 0), most(cues.map((cue) => cue.lines.length)), {
      at: tooManyLines,
    }),
    measured(rows.width, passIf(tooWide.length === 0), most(cues.flatMap((cue) => cue.lines.map(length))), {
      at: tooWide,
    }),
    measured(rows.time, passIf(badTime.length === 0), `${span(shown)}`, { at: badTime }),
    gaps.length === 0
      ? skipped(rows.gap, "there is only one caption")
      : measured(
          rows.gap,
          passIf(tooClose.length === 0),
          gaps.reduce((a, b) => Math.min(a, b), Infinity) / frameS,
          { at: tooClose },
        ),
    measured(rows.speed, tooFast.length > 0 ? "FAIL" : fast.length > 0 ? "WARN" : "PASS", most(speeds), {
      at: fast,
    }),
    knowsArticles
      ? measured(rows.breaks, passIf(broken.length === 0), broken.length, { at: broken })
      : skipped(rows.breaks, `no list of articles for language ${language}`),
  ];
}

/** Characters as a reader counts them. */
function length(line: string): number {
  let count = 0;
  for (const _ of new Intl.Segmenter().segment(line)) count++;
  return count;
}

function span(values: readonly number[]): string {
  const [low, high] = [
    values.reduce((a, b) => Math.min(a, b), Infinity),
    values.reduce((a, b) => Math.max(a, b), 0),
  ];
  return `${low.toFixed(2)}–${high.toFixed(2)}`;
}

function articlesOf(language: string): readonly string[] | undefined {
  return ARTICLES[language.toLowerCase().split("-")[0] ?? ""];
}

function endsInArticle(line: string, language: string): boolean {
  const last = line.trim().split(/\s+/).at(-1)?.toLocaleLowerCase(language) ?? "";
  return articlesOf(language)?.includes(last) ?? false;
}

function rowsOf(profile: QualityProfile) {
  const row = { group: "captions", source: "Netflix timed text style guide" };
  return {
    lines: { ...row, id: "caption_lines", threshold: `≤ ${profile.caption_max_lines}`, unit: "lines" },
    width: {
      ...row,
      id: "caption_width",
      threshold: `≤ ${profile.caption_max_chars}`,
      unit: "characters a line",
    },
    time: {
      ...row,
      id: "caption_time",
      threshold: `${profile.caption_min_s.toFixed(2)}–${profile.caption_max_s}`,
      unit: "s",
    },
    gap: { ...row, id: "caption_gap", threshold: `≥ ${profile.caption_gap_frames}`, unit: "frames" },
    speed: {
      ...row,
      id: "reading_speed",
      threshold: `≤ ${profile.caption_cps_warn} (fails above ${profile.caption_cps_fail})`,
      unit: "characters/s",
    },
    breaks: { ...row, id: "line_breaks", threshold: "none between article and noun", unit: "captions" },
  };
}
