import type { Render } from "@greenlight/contract/render";
import { filterSound } from "../audio/filter-audio.ts";
import { resample } from "../audio/resample.ts";
import { amplify, fitLength, PROGRAM_RATE, type Stereo } from "../audio/stereo.ts";
import { toLoudness } from "./to-loudness.ts";

/** Speech, when its first sample is heard (seconds from the start of the film), and changes of its level, dB. */
export type VoiceRequest = {
  readonly duration_s: number;
  readonly beats: readonly {
    readonly beat_id: string;
    readonly speech_start_s: number;
    readonly speech: { readonly sample_rate: number; readonly samples: Float32Array };
  }[];
  readonly levels: { readonly voice_db: number; readonly beat_db: ReadonlyMap<string, number> };
  readonly render: Pick<Render, "speech">;
  readonly signal: AbortSignal;
};

/** The voice's limiter lets nothing over this share of full scale through. */
const LIMIT = 0.7;
/** What a preview may reach: lossy encoding adds to the peaks. */
const PREVIEW_PEAK = 0.9;

/**
 * The voice alone, near the loudness asked for: what a preview is heard with. The master's search for the exact loudness
 * and true peak, which takes most of a mix's time, is left out.
 */
export async function previewVoice(request: VoiceRequest, lufs: number): Promise<Stereo> {
  const voice = await voiceStem(request);
  const most = 20 * Math.log10(PREVIEW_PEAK / LIMIT);
  return amplify(voice, Math.min(most, lufs - request.render.speech.loudness_lufs));
}

/** The beats' speech on the film's clock, compressed, at its own loudness, limited; the same in both channels. */
export async function voiceStem(request: VoiceRequest): Promise<Stereo> {
  const length = Math.round(request.duration_s * PROGRAM_RATE);
  const { speech } = request.render;
  const placed = new Float32Array(length);
  const gains = new Float32Array(length).fill(1);
  for (const beat of request.beats) {
    const [samples = new Float32Array()] = await resample(
      [beat.speech.samples],
      beat.speech.sample_rate,
      PROGRAM_RATE,
      request.signal,
    );
    const start = Math.round(beat.speech_start_s * PROGRAM_RATE);
    const end = Math.min(length, start + samples.length);
    for (let i = Math.max(0, start); i < end; i += 1)
      placed[i] = (placed[i] ?? 0) + (samples[i - start] ?? 0);
    const gain = 10 ** ((request.levels.voice_db + (request.levels.beat_db.get(beat.beat_id) ?? 0)) / 20);
    gains.fill(gain, Math.max(0, start), end);
  }
  const highpass = speech.highpass_hz > 0 ? `highpass=f=${speech.highpass_hz},` : "";
  const { channels } = await filterSound(
    `${highpass}acompressor=threshold=-22dB:ratio=3:attack=8:release=120:knee=6`,
    [placed],
    PROGRAM_RATE,
    request.signal,
  );
  const pressed = channels[0] ?? placed;
  const level = await toLoudness({ left: pressed, right: pressed }, speech.loudness_lufs, request.signal);
  const wanted = new Float32Array(length);
  for (let i = 0; i < length; i += 1) wanted[i] = (level.left[i] ?? 0) * (gains[i] ?? 1);
  const limited = await filterSound(
    `alimiter=limit=${LIMIT}:attack=4:release=60:level=false:latency=true`,
    [wanted],
    PROGRAM_RATE,
    request.signal,
  );
  const left = limited.channels[0] ?? wanted;
  return fitLength({ left, right: left }, length);
}
