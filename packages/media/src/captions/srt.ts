import { type Caption, formatTime, parseBlocks } from "./caption-text.ts";

/** SubRip: numbered blocks, times with a comma, UTF-8. */
export function writeSrt(captions: readonly Caption[]): string {
  return captions
    .map(
      (c, i) =>
        `${i + 1}\n${formatTime(c.start_s, ",")} --> ${formatTime(c.end_s, ",")}\n${c.lines.join("\n")}\n`,
    )
    .join("\n");
}

export function parseSrt(text: string): Caption[] {
  return parseBlocks(text);
}
