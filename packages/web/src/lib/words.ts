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

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const clockWithDay = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** An instant as `14:02`; on another day than `now` as `3 Jan, 14:02`. */
export function clockWords(instant: string, now = Date.now()): string {
  const then = new Date(instant);
  const sameDay = then.toDateString() === new Date(now).toDateString();
  return (sameDay ? clock : clockWithDay).format(then);
}

/** Seconds left as `9 min 12 s`, `3 h 5 min`, `2 d 4 h`. */
export function remainingWords(s: number): string {
  const whole = Math.max(0, Math.ceil(s));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listWords(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** `a`, `a or b`, `a, b or c`. */
export function orWords(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}

export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
