/**
 * A media host: a child process that answers one question about media or texts and is then ended by whoever asked. When the
 * server goes away, however that happens, the channel closes and the host ends with it.
 */
import { readFile } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import type { Comparison } from "@greenlight/contract/comparison";
import { UnreadableFilm } from "@greenlight/media/measure/unreadable-film";
import { checkClip, UnusableClip } from "@greenlight/media/video/check-clip";
import { createMediaMeter } from "./adapters/media/media-meter.ts";
import type { FromMediaHost, MediaAsk } from "./adapters/media/protocol.ts";
import { Rejection } from "./domain/commands.ts";
import { compareArtifacts } from "./projections/compare-versions.ts";

/** Largest answer: what a browser shows and the server writes out without delay. */
const MOST_ANSWER = 4 * 1024 * 1024;

process.on("disconnect", () => process.exit(0));
// Whoever waits for another answer of the server goes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

function answer(ask: MediaAsk): Promise<Comparison | null> {
  return ask.type === "compare" ? compare(ask) : checkVideo(ask);
}

async function checkVideo({ path, limits }: Extract<MediaAsk, { type: "check_clip" }>): Promise<null> {
  try {
    await checkClip(path, limits);
    return null;
  } catch (error) {
    if (error instanceof UnusableClip)
      throw new Rejection("media_not_usable", `the video cannot be shown: ${error.message}`);
    if (error instanceof UnreadableFilm)
      throw new Rejection("media_unreadable", "the video cannot be decoded; is the whole file there?");
    throw error;
  }
}

async function compare({ from, to, paths }: Extract<MediaAsk, { type: "compare" }>): Promise<Comparison> {
  const localPath = async (sha256: string) => {
    const path = paths[sha256];
    if (path === undefined) throw new Error(`no path was given for ${sha256}`);
    return path;
  };
  const objects = { localPath, read: async (sha256: string) => readFile(await localPath(sha256)) };
  const { signal } = new AbortController();
  const found = await compareArtifacts(from, to, { objects, meter: createMediaMeter() }, signal);
  const { length } = JSON.stringify(found);
  if (length > MOST_ANSWER)
    throw new Rejection(
      "comparison_too_large",
      `What differs fills ${length} characters; up to ${MOST_ANSWER} are shown.`,
    );
  return found;
}

function failureOf(error: unknown): Extract<FromMediaHost, { ok: false }> {
  if (error instanceof Rejection) return { ok: false, code: error.code, message: error.message };
  // Nested so deep that it cannot be walked, or a text longer than a string can be.
  if (error instanceof RangeError)
    return {
      ok: false,
      code: "comparison_too_large",
      message: "The versions are nested too deep or are too long to be compared.",
    };
  return {
    ok: false,
    code: null,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

process.once("message", async (ask: MediaAsk) => {
  const told: FromMediaHost = await answer(ask).then((value) => ({ ok: true, value }), failureOf);
  process.send?.(told);
});
