import type { JobStatus } from "@greenlight/contract/event";

export const STATUS_WORDS: Record<JobStatus, string> = {
  queued: "Queued",
  running: "Running",
  paused: "Paused",
  needs_approval: "Needs approval",
  completed: "Completed",
  failed: "Failed",
  canceled: "Canceled",
};

/** A stage's id as a heading: `reference_images` → `Reference images`. */
export function stageWords(id: string): string {
  const words = id.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Milliseconds as `< 0.1 s`, `0.4 s`, `12 s`, `3 min 5 s`. */
export function durationWords(ms: number): string {
  const s = ms / 1000;
  if (s < 0.1) return "< 0.1 s";
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 60) return `${Math.round(s)} s`;
  return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
}

/** Seconds into a film as `1:09.5`. */
export function timecodeWords(s: number): string {
  const tenths = Math.round(s * 10);
  const rest = (tenths % 600) / 10;
  return `${Math.floor(tenths / 600)}:${rest.toFixed(1).padStart(4, "0")}`;
}

/** A check's id as words, with the abbreviations it is made of: `av_sync` → `AV sync`. */
export function checkWords(id: string): string {
  const words = stageWords(id);
  return words.replace(/^(?:Av|Gop)\b/, (word) => word.toUpperCase()).replace(/\bvtt\b/, "VTT");
}

/** Bytes as `812 B`, `4.2 MB`. */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** An instant as `2 minutes ago`. */
export function agoWords(instant: string, now: number): string {
  const s = (Date.parse(instant) - now) / 1000;
  if (s > -60) return relative.format(Math.round(s), "second");
  if (s > -3600) return relative.format(Math.round(s / 60), "minute");
  if (s > -86_400) return relative.format(Math.round(s / 3600), "hour");
  return relative.format(Math.round(s / 86_400), "day");
}

/** A title as a slug. */
export function slugWords(title: string): string {
  return title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 64)
    .replace(/^-+|-+$/g, "");
}
