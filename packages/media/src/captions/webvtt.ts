import { type Caption, formatTime, parseBlocks } from "./caption-text.ts";

/** WebVTT (W3C): times with a point; `&`, `<` and `>` are escaped. */
export function writeWebVtt(captions: readonly Caption[]): string {
  const blocks = captions.map(
    (c) =>
      `${formatTime(c.start_s, ".")} --> ${formatTime(c.end_s, ".")}\n${c.lines.map(escapeText).join("\n")}\n`,
  );
  return ["WEBVTT\n", ...blocks].join("\n");
}

/** Tags are left out of the text. */
export function parseWebVtt(text: string): Caption[] {
  return parseBlocks(text).map((c) => ({ ...c, lines: c.lines.map(unescapeText) }));
}

function escapeText(line: string): string {
  return line.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function unescapeText(line: string): string {
  return line
    .replace(/<[^>]*>/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}
