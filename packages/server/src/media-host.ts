/**
 * A media host: a child process that does one thing with media or texts and is then ended by whoever asked. When the
 * server goes away, however that happens, the channel closes and the host ends with it.
 */
import { readFile } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import type { Comparison } from "@greenlight/contract/comparison";
import { UnreadableFilm } from "@greenlight/media/measure/unreadable-film";
import { BEAT_STILL_AT, sceneStill } from "@greenlight/media/render/scene-still";
import { createSpeech, UnknownVoice } from "@greenlight/media/speech/choose-voice";
import { checkClip, UnusableClip } from "@greenlight/media/video/check-clip";
import { createMediaMeter } from "./adapters/media/media-meter.ts";
import type { FromMediaHost, MediaAnswer, MediaAsk } from "./adapters/media/protocol.ts";
import { Rejection } from "./domain/commands.ts";
import { compareArtifacts } from "./projections/compare-versions.ts";

/** Largest answer: what a browser shows and the server writes out without delay. */
const MOST_ANSWER = 4 * 1024 * 1024;

process.on("disconnect", () => process.exit(0));
// Whoever waits for another answer of the server goes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

function answer(ask: MediaAsk): Promise<MediaAnswer> {
  switch (ask.type) {
    case "compare":
      return compare(ask);
    case "check_clip":
      return checkVideo(ask);
    case "draw_still":
      return drawStill(ask);
    case "speak":
      return speak(ask);
    default:
      return ask satisfies never;
  }
}

async function drawStill({ spec, paths }: MediaAsk<"draw_still">): Promise<Uint8Array> {
  try {
    return await sceneStill(spec, BEAT_STILL_AT, async (id) => paths[id] ?? "");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Rejection("media_unreadable", `${spec.beat_id} cannot be drawn: ${why}`);
  }
}

async function speak(ask: MediaAsk<"speak">): Promise<number[]> {
  const { texts, speech, pacing, language, voice } = ask;
  const synthesizer = createSpeech({ speech, pacing });
  const options = { language, ...(voice && { voice }), signal: new AbortController().signal };
  const seconds: number[] = [];
  try {
    for (const text of texts) {
      const { samples, sample_rate } = await synthesizer.speak(text, options);
      seconds.push(Math.round((samples.length / sample_rate) * 1000) / 1000);
    }
    return seconds;
  } catch (error) {
    throw error instanceof UnknownVoice ? new Rejection("voice_unknown", error.message) : error;
  }
}

async function checkVideo({ path, limits }: MediaAsk<"check_clip">): Promise<null> {
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

async function compare({ from, to, paths }: MediaAsk<"compare">): Promise<Comparison> {
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
