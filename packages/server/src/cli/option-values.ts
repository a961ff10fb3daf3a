import { InvalidArgumentError } from "commander";

/** A parser of whole numbers in a range, for an option's value. */
export const wholeNumber = (low: number, high: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high)
    throw new InvalidArgumentError(`Give a whole number from ${low} to ${high}.`);
  return value;
};

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** A parser of spans like `90s`, `30m`, `12h` or `7d`, between two numbers of seconds; gives seconds. */
export const duration = (low: number, high: number) => (text: string) => {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const value = Number(count) * (SECONDS[unit as keyof typeof SECONDS] ?? Number.NaN);
  if (value >= low && value <= high) return value;
  throw new InvalidArgumentError(`Give a number and s, m, h or d, from ${low}s to ${high / 86_400}d.`);
};

/** Collects the values of an option that may be given several times. */
export const several = (value: string, before: string[]): string[] => [...before, value];
