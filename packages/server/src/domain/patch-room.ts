import { Rejection } from "./commands.ts";

/** Characters by which one patch may lengthen a text or JSON artifact; a script of an hour has about 60 000. */
const MOST_CHARS = 1_000_000;
/** Levels that JSON may be nested after a patch, as in a request. */
const MOST_LEVELS = 64;

/**
 * Refuses a patch that would grow an artifact beyond all use, before it is grown: thirty replacements of `e` by `ee`
 * make a gigabyte of a word. @throws Rejection patch_invalid_result
 */
export class PatchRoom {
  #left = MOST_CHARS;

  take(chars: number): void {
    this.#left -= chars;
    if (this.#left < 0)
      throw new Rejection(
        "patch_invalid_result",
        `the patch would make the artifact longer by more than ${MOST_CHARS} characters`,
      );
  }

  /** Takes what a JSON value needs `level` levels below the root. */
  takeJson(value: unknown, level: number): void {
    if (level > MOST_LEVELS)
      throw new Rejection(
        "patch_invalid_result",
        `with the patch the artifact would be nested deeper than ${MOST_LEVELS} levels`,
      );
    if (typeof value === "string") return this.take(value.length + 2);
    if (value === null || typeof value !== "object") return this.take(4);
    this.take(2);
    for (const [key, inner] of Object.entries(value)) {
      this.take(Array.isArray(value) ? 1 : key.length + 4);
      this.takeJson(inner, level + 1);
    }
  }
}
