import { expect, it } from "vitest";
import { differenceWords, measureWords, valueWords } from "./measure-words.ts";

it("gives each number in the size a person reads", () => {
  expect(valueWords(-16.234, "LUFS")).toBe("−16.2 LUFS");
  expect(valueWords(1_204_400, "b/s")).toBe("1,204 kb/s");
  expect(valueWords(44_100, "Hz")).toBe("44.1 kHz");
  expect(valueWords(4_200_000, "bytes")).toBe("4.2 MB");
  expect(valueWords(0.98765, "")).toBe("0.988");
  expect(valueWords(1280, "px")).toBe("1,280 px");
});

it("says what changed with its sign, and nothing where nothing did", () => {
  expect(differenceWords(-16, -19.5, "LUFS")).toBe("−3.5 LUFS");
  expect(differenceWords(2000, 3000, "bytes")).toBe("+1 kB");
  expect(differenceWords(25, 25, "fps")).toBeNull();
  expect(differenceWords(-14.1, -14.13, "LUFS")).toBe("< 0.1 LUFS");
  expect(differenceWords(327_000, 327_300, "b/s")).toBe("< 1 kb/s");
});

it("names what it knows, and any other by its own words", () => {
  expect(measureWords("true_peak")).toBe("True peak");
  expect(measureWords("some_thing")).toBe("Some thing");
});
