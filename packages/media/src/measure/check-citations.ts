import type { AcceptanceCheck, Research, Timing } from "@greenlight/contract/documents";
import type { Storyboard } from "@greenlight/contract/storyboard";
import { measured, passIf, skipped } from "./acceptance-check.ts";

/** `[S1]`, `[S1, S3]`; `[author]` marks what the author vouches for. */
const MARK = /\[((?:S\d+|author)(?:\s*[,;]\s*(?:S\d+|author))*)\]/gi;
const NUMBER = /\d(?:[\d.,'’\u00a0\u202f]*\d)?/g;
const QUOTATION = /[“„«"]([^”“„«»"]{3,}?)[”“»"]/g;

type Sentence = { readonly text: string; readonly sources: readonly string[]; readonly is_authors: boolean };

/**
 * Every number and every quotation of the script is found in a source its sentence cites (any source when it cites
 * none), unless the sentence is marked `[author]`. Numbers are compared without their separators.
 */
export function checkCitations(given: {
  readonly script: string | undefined;
  readonly research: Research | undefined;
  readonly storyboard: Storyboard | undefined;
  readonly timing: Timing | undefined;
}): AcceptanceCheck[] {
  const row = {
    group: "script",
    threshold: "found in a cited source",
    unit: "",
    source: "the brief's sources",
  };
  const numbers = { ...row, id: "citations" };
  const quotations = { ...row, id: "quotations" };
  const { script, research } = given;
  const skip = (why: string) => [skipped(numbers, why), skipped(quotations, why)];
  if (script === undefined) return skip("no script was given");
  if (research === undefined) return skip("no sources were given");
  const texts = new Map(
    research.sources.map((source) => [source.id, source.passages.map((p) => p.text).join(" ")]),
  );
  const sentences = sentencesOf(script).filter((sentence) => !sentence.is_authors);
  const searched = (sentence: Sentence) =>
    [...texts]
      .filter(([id]) => sentence.sources.length === 0 || sentence.sources.includes(id))
      .map(([, t]) => t);
  const result = (check: typeof numbers, pattern: "number" | "quotation") => {
    const claims = sentences.flatMap((sentence) => claimsOf(sentence, pattern));
    const lost = claims.filter(
      ({ claim, sentence }) => !searched(sentence).some((text) => holds(text, claim, pattern)),
    );
    if (claims.length === 0) return measured(check, "PASS", `no ${pattern}s`);
    return measured(check, passIf(lost.length === 0), `${claims.length - lost.length} of ${claims.length}`, {
      at: lost.flatMap(({ sentence }) => whenSpoken(sentence.text, given.storyboard, given.timing)),
      note:
        lost.length === 0
          ? undefined
          : `not in a source: ${lost
              .slice(0, 5)
              .map(({ claim }) => `“${claim}”`)
              .join(", ")}`,
    });
  };
  return [result(numbers, "number"), result(quotations, "quotation")];
}

/** Sentences of the script's prose; headings, list marks and emphasis are left out. */
function sentencesOf(script: string): Sentence[] {
  const prose = script
    .split("\n")
    .filter((line) => !/^\s*#/.test(line))
    .map((line) => line.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, ""))
    .join("\n")
    .replace(/[*_`]/g, "");
  // A mark after the full stop belongs to the sentence before it.
  const attached = prose.replace(/([.!?…]["”»']?)\s*((?:\[[^\]]+\]\s*)+)/g, " $2$1 ");
  const split = new Intl.Segmenter("en", { granularity: "sentence" });
  return attached.split(/\n\s*\n/).flatMap((paragraph) =>
    [...split.segment(paragraph.replace(/\s+/g, " "))].map(({ segment }) => {
      const marks = [...segment.matchAll(MARK)].flatMap((match) => (match[1] ?? "").split(/\s*[,;]\s*/));
      return {
        text: segment.replace(MARK, "").replace(/\s+/g, " ").trim(),
        sources: marks.filter((mark) => /^S/i.test(mark)).map((mark) => mark.toUpperCase()),
        is_authors: marks.some((mark) => mark.toLowerCase() === "author"),
      };
    }),
  );
}

function claimsOf(sentence: Sentence, kind: "number" | "quotation"): { claim: string; sentence: Sentence }[] {
  if (kind === "number") return (sentence.text.match(NUMBER) ?? []).map((claim) => ({ claim, sentence }));
  return [...sentence.text.matchAll(QUOTATION)].map((match) => ({
    claim: (match[1] ?? "").trim(),
    sentence,
  }));
}

function holds(text: string, claim: string, kind: "number" | "quotation"): boolean {
  if (kind === "quotation") return plain(text).includes(plain(claim));
  const wanted = valuesOf(claim);
  return (text.match(NUMBER) ?? []).some((found) => valuesOf(found).some((value) => wanted.includes(value)));
}

/**
 * The values a written number can mean: `1.234` is one and a bit in English, over a thousand in German. Separators
 * of thousands are dropped, the decimal sign becomes a full stop, trailing zeros of a fraction go.
 */
function valuesOf(written: string): string[] {
  const compact = written.replace(/['’\u00a0\u202f]/g, "");
  const canonical = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  const english = compact.replace(/,(?=\d{3}(?!\d))/g, "");
  const continental = compact.replace(/\.(?=\d{3}(?!\d))/g, "").replace(",", ".");
  return [...new Set([canonical(english), canonical(continental)])];
}

function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(/[.,;:…]+\s*$/u, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** When the beat that says this sentence begins; nothing when no beat does. */
function whenSpoken(text: string, storyboard: Storyboard | undefined, timing: Timing | undefined): number[] {
  const beat = storyboard?.beats.find((b) => b.narration !== "" && plain(b.narration).includes(plain(text)));
  const start = timing?.beats.find((b) => b.beat_id === beat?.id)?.start_s;
  return start === undefined ? [] : [start];
}
