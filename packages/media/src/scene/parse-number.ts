import type { Count } from "./scene-spec.ts";

export type ParsedNumber = Omit<Count, "from" | "duration_s">;

const NUMBER = /[-−]?\d+(?:[,.'’\u00a0\u202f ]\d{3})*(?:[.,]\d+)?/u;

/**
 * The first number of a text and how it is written (`"€3,400.50 m"` → 3400.5, group `,`, point `.`, prefix `€`), or
 * null when there is none or it would not be written the same way again.
 */
export function numberIn(text: string): ParsedNumber | null {
  const match = NUMBER.exec(text);
  if (match === null) return null;
  const written = match[0];
  const groups = written.match(/[,.'’\u00a0\u202f ](?=\d{3}(?:\D|$))/gu) ?? [];
  const last = groups.at(-1);
  // One group of three after a point or comma: `1,234` groups, `1.234` does only when it occurs again.
  const grouped = last !== undefined && (groups.length > 1 || last !== ".");
  const group = grouped ? (groups[0] ?? "") : "";
  const bare = group === "" ? written : written.split(group).join("");
  const point = /[.,]/.exec(bare)?.[0] ?? ".";
  const to = Number(bare.replace("−", "-").replace(point, "."));
  if (!Number.isFinite(to)) return null;
  const parsed = {
    to,
    decimals: Math.min(6, bare.includes(point) ? bare.length - bare.indexOf(point) - 1 : 0),
    group,
    point,
    prefix: text.slice(0, match.index),
    suffix: text.slice(match.index + written.length),
  };
  return writeNumber(parsed, to) === text.replace("−", "-") ? parsed : null;
}

export function writeNumber(as: ParsedNumber, value: number): string {
  const [whole = "0", fraction] = Math.abs(value).toFixed(as.decimals).split(".");
  const grouped = as.group === "" ? whole : whole.replace(/\B(?=(\d{3})+$)/g, as.group);
  const sign = value < 0 && Number(Math.abs(value).toFixed(as.decimals)) !== 0 ? "-" : "";
  return `${as.prefix}${sign}${grouped}${fraction === undefined ? "" : as.point + fraction}${as.suffix}`;
}

/** Counts from zero; a year counts its last decades only. */
export function countTo(number: ParsedNumber, duration_s: number): Count {
  const year =
    number.decimals === 0 &&
    number.group === "" &&
    number.to >= 1000 &&
    number.to <= 2100 &&
    /^\s*$/.test(number.suffix);
  return { ...number, from: year ? number.to - 40 : 0, duration_s };
}

/** How long a number counts, seconds. */
export const COUNT_S = 1.4;
