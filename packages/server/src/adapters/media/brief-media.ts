import type { BriefMedia } from "../../app/ports/brief-media.ts";
import { Rejection } from "../../domain/commands.ts";

/** Checks a brief's voice, pictures and music with the program's own decoders and voices. */
export function createBriefMedia(voices: Readonly<Record<string, string>>): BriefMedia {
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
