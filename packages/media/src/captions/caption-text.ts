/** A caption as a subtitle file holds it; seconds. */
export type Caption = { readonly start_s: number; readonly end_s: number; readonly lines: readonly string[] };

/** `HH:MM:SS<mark>mmm`; hours grow beyond two digits when they must. */
export function formatTime(seconds: number, mark: "," | "."): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const two = (n: number): string => String(n).padStart(2, "0");
  const clock = `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}`;
  return `${clock}${mark}${String(ms % 1000).padStart(3, "0")}`;
}

const TIMES = /^\s*(?:(\d+):)?(\d{2}):(\d{2})[,.](\d{3})\s*-->\s*(?:(\d+):)?(\d{2}):(\d{2})[,.](\d{3})/;

/** Reads blocks of `start --> end` and text, separated by empty lines; anything else is passed over. */
export function parseBlocks(text: string): Caption[] {
  const captions: Caption[] = [];
  for (const block of text
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n")
    .split(/\n{2,}/)) {
    const lines = block.split("\n");
    const at = lines.findIndex((line) => TIMES.test(line));
    const times = TIMES.exec(lines[at] ?? "");
    if (!times) continue;
    const n = (group: number): number => Number(times[group] ?? 0);
    captions.push({
      // Summed in whole milliseconds, so that what was written is read back to the bit.
      start_s: ((n(1) * 60 + n(2)) * 60_000 + n(3) * 1000 + n(4)) / 1000,
      end_s: ((n(5) * 60 + n(6)) * 60_000 + n(7) * 1000 + n(8)) / 1000,
      lines: lines.slice(at + 1).filter((line) => line !== ""),
    });
  }
  return captions;
}
