import { sizeWords } from "../../lib/words.ts";

const NAMES: Readonly<Record<string, string>> = {
  size: "File size",
  duration: "Length",
  frame_rate: "Frame rate",
  sound_duration: "Length of the sound",
  sample_rate: "Sample rate",
  bit_rate: "Bit rate",
  true_peak: "True peak",
  ssim: "Likeness (SSIM)",
  ssim_least: "Least likeness (SSIM)",
  colour_difference: "Difference of colour",
};

/** A measure's name as a person would say it. */
export function measureWords(name: string): string {
  const words = name.replaceAll("_", " ");
  return NAMES[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

const DIGITS: Readonly<Record<string, number>> = { s: 2, fps: 2, LUFS: 1, dBTP: 1, "levels of 255": 1 };

/** The smallest step that is shown, where it is not the last digit of the unit itself. */
const LEAST: Readonly<Record<string, number>> = { "b/s": 1000, Hz: 100 };

/** A measured number with its unit, in the size a person reads: `-16.2 LUFS`, `1,204 kb/s`, `4.2 MB`. */
export function valueWords(value: number, unit: string): string {
  if (unit === "bytes") return sizeWords(value);
  if (unit === "b/s") return `${digits(value / 1000, 0)} kb/s`;
  if (unit === "Hz") return `${digits(value / 1000, 1)} kHz`;
  return `${digits(value, DIGITS[unit] ?? 3)} ${unit}`.trimEnd();
}

/** What `after` has more or less than `before`; null where they are the same. */
export function differenceWords(before: number, after: number, unit: string): string | null {
  if (after === before) return null;
  const least = LEAST[unit] ?? 10 ** -(DIGITS[unit] ?? 3);
  const difference = Math.abs(after - before);
  if (difference < least / 2) return `< ${valueWords(least, unit)}`;
  return `${after > before ? "+" : "−"}${valueWords(difference, unit)}`;
}

function digits(value: number, most: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: most }).replace("-", "−");
}
