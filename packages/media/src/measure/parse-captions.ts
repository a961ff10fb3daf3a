/** One caption as a file or a track holds it; seconds from the start of the film. */
export type TextCue = { readonly start_s: number; readonly end_s: number; readonly lines: readonly string[] };

const TIMING = /^\s*(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{3})\s+-->\s+(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{3})/;

/**
 * Cues of a SubRip or WebVTT text in file order. Blocks without a timing line (the WEBVTT header, NOTE, STYLE) and
 * lines before it (numbers, names) are left out; tags such as `<i>` and `<00:01.000>` are taken off.
 */
export function parseCaptions(text: string): TextCue[] {
  const cues: TextCue[] = [];
  const blocks = text
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n")
    .split(/\n[ \t]*\n/);
  for (const block of blocks) {
    const lines = block.split("\n");
    const at = lines.findIndex((line) => TIMING.test(line));
    const match = at < 0 ? null : TIMING.exec(lines[at] ?? "");
    if (match === null) continue;
    cues.push({
      start_s: seconds(match.slice(1, 5)),
      end_s: seconds(match.slice(5, 9)),
      lines: lines
        .slice(at + 1)
        .map(plain)
        .filter((line) => line !== ""),
    });
  }
  return cues;
}

function seconds(parts: readonly (string | undefined)[]): number {
  const [h, m, s, ms] = parts.map((part) => Number(part ?? 0));
  return (h ?? 0) * 3600 + (m ?? 0) * 60 + (s ?? 0) + (ms ?? 0) / 1000;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&nbsp;": " ",
  "&lrm;": "",
  "&rlm;": "",
};

function plain(line: string): string {
  return line
    .replace(/<\/?(?:[a-zA-Z][^<>]*|\d[\d:.]*)>/g, "")
    .replace(/&(?:amp|lt|gt|nbsp|lrm|rlm);/g, (entity) => ENTITIES[entity] ?? entity)
    .trim();
}
