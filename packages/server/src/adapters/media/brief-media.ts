import type { ClipLimits } from "@greenlight/media/video/check-clip";
import type { BriefMedia } from "../../app/ports/brief-media.ts";
import { Rejection } from "../../domain/commands.ts";
import { type MediaProcesses, NoAnswer } from "./media-processes.ts";

/** Checks a brief's voice, pictures, videos and music with the program's own decoders and voices. */
export function createBriefMedia(deps: {
  readonly voices: Readonly<Record<string, string>>;
  /** Where videos are decoded: more than any other file they can take long, or take the decoder down. */
  readonly processes: MediaProcesses;
  readonly clips: ClipLimits;
}): BriefMedia {
  const { voices, processes, clips } = deps;
  return {
    async voice(language, voice) {
      // Loaded with the first brief, so that starting does not wait for decoders and voices.
      const { chooseVoice, UnknownVoice } = await import("@greenlight/media/speech/choose-voice");
      try {
        await chooseVoice(voices, language, voice);
      } catch (error) {
        throw error instanceof UnknownVoice ? new Rejection("voice_unknown", error.message) : error;
      }
    },
    async picture(path) {
      const { imageSize } = await import("@greenlight/media/scene/image-size");
      try {
        await imageSize(path);
      } catch {
        throw new Rejection("media_unreadable", "the picture cannot be decoded");
      }
    },
    async clip(path) {
      const { signal } = new AbortController();
      try {
        await processes.ask({ type: "check_clip", path, limits: clips }, signal);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        throw new Rejection("media_unreadable", `the video cannot be decoded: ${error.message}`);
      }
    },
    async sound(path) {
      const { probeSound } = await import("@greenlight/media/audio/probe-sound");
      const { UnreadableAudio } = await import("@greenlight/media/audio/decode-file");
      try {
        await probeSound(path);
      } catch (error) {
        throw error instanceof UnreadableAudio
          ? new Rejection("media_unreadable", "the file cannot be decoded as sound")
          : error;
      }
    },
  };
}
