import { InvalidArgumentError } from "commander";

/** A parser of whole numbers in a range, for an option's value. */
export const wholeNumber = (low: number, high: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high)
    throw new InvalidArgumentError(`Give a whole number from ${low} to ${high}.`);
  return value;
};

/** Collects the values of an option that may be given several times. */
export const several = (value: string, before: string[]): string[] => [...before, value];
