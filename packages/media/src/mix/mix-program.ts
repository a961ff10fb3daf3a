/**
 * The film's sound. Voice and music become stems at their own loudness, the music is ducked under the voice and held
 * a fixed distance below it, then one constant gain and a true-peak limiter bring the sum to the profile's loudness.
 * A gain that followed the programme would lift the bed in pauses.
 */
import type { QualityProfile, Render } from "@greenlight/contract/render";
import { filterAudio, filterSound } from "../audio/filter-audio.ts";
import { addSounds, amplify, fitLength, PROGRAM_RATE, type Stereo, silence } from "../audio/stereo.ts";
import { integratedLoudness, measureLoudness } from "../measure/loudness.ts";
import { SILENT_LUFS, toLoudness } from "./to-loudness.ts";
import { voiceAboveMusic } from "./voice-above-music.ts";
import { voiceStem } from "./voice-stem.ts";

export type MixBeat = {
  readonly beat_id: string;
  /** When its first sample is heard, seconds from the start of the film. */
  readonly speech_start_s: number;
  readonly speech: { readonly sample_rate: number; readonly samples: Float32Array };
};

/** Changes a person asked for, dB. */
export type Levels = {
  readonly voice_db: number;
  readonly music_db: number;
  readonly beat_db: ReadonlyMap<string, number>;
};

export const NO_CHANGE: Levels = { voice_db: 0, music_db: 0, beat_db: new Map() };

export type MixRequest = {
  readonly duration_s: number;
  readonly beats: readonly MixBeat[];
  /** 48 kHz, as long as the film (see `loopSound`); null for none. */
  readonly music: Stereo | null;
  readonly levels: Levels;
  readonly render: Pick<Render, "speech" | "music" | "profile"> & {
    readonly profiles: Readonly<
      Record<string, Pick<QualityProfile, "loudness_lufs" | "true_peak_dbtp" | "music_below_voice_db">>
    >;
  };
  readonly signal: AbortSignal;
};

/**
 * 48 kHz stereo, all of the film's length. The stems carry the master's constant gain, not its limiter.
 * `music_held_db`: how much of the music that was asked for the profile took back, to keep it below the voice.
 */
export type Mix = {
  readonly program: Stereo;
  readonly voice_stem: Stereo;
  readonly music_stem: Stereo;
  readonly music_held_db: number;
};

// Room for what lossy encoding adds to the peaks of a limited signal.
const ENCODER_HEADROOM_DB = 0.7;
// The acceptance measures the encoded file in blocks of its own: stay clear of its limit.
const BELOW_VOICE_MARGIN_DB = 3;
const MASTER_TRIES = 4;

export async function mixProgram(request: MixRequest): Promise<Mix> {
  const { render, signal } = request;
  const profile = render.profiles[render.profile];
  if (!profile)
    throw new Error(`render.profile names "${render.profile}", which render.profiles does not have`);
  const length = Math.round(request.duration_s * PROGRAM_RATE);
  const voice = await voiceStem(request);
  const bed = request.music ? await musicStem(request.music, voice, request, length) : silence(length);
  const { music, held_db } = heldBelowVoice(bed, voice, request, profile.music_below_voice_db);
  const sum = addSounds(voice, music);
  const { program, gain_db } = await master(sum, profile.loudness_lufs, profile.true_peak_dbtp, signal);
  return {
    program,
    voice_stem: amplify(voice, gain_db),
    music_stem: amplify(music, gain_db),
    music_held_db: held_db,
  };
}

async function musicStem(music: Stereo, voice: Stereo, request: MixRequest, length: number): Promise<Stereo> {
  const { music: settings, speech } = request.render;
  const fitted = fitLength(music, length);
  const dipped = await filterSound(
    `equalizer=f=${settings.dip_hz}:t=q:w=0.8:g=${settings.dip_db}`,
    [fitted.left, fitted.right],
    PROGRAM_RATE,
    request.signal,
  );
  const [left = fitted.left, right = fitted.right] = dipped.channels;
  const level = await toLoudness({ left, right }, settings.loudness_lufs, request.signal);
  // A compressor takes (level − threshold) · (1 − 1/ratio) off: the threshold is where the voice at its loudness
  // takes off duck_db.
  const over = settings.duck_db / (1 - 1 / settings.duck_ratio);
  const threshold = Math.max(0.00098, 10 ** ((speech.loudness_lufs - over) / 20));
  const ducked = await filterAudio(
    `[music][voice]sidechaincompress=threshold=${threshold.toFixed(5)}:ratio=${settings.duck_ratio}:attack=${settings.duck_attack_ms}:release=${settings.duck_release_ms}:detection=rms:link=maximum,aformat=sample_fmts=fltp[out]`,
    [
      { label: "music", channels: [level.left, level.right], sample_rate: PROGRAM_RATE },
      { label: "voice", channels: [voice.left, voice.right], sample_rate: PROGRAM_RATE },
    ],
    ["out"],
    request.signal,
  );
  const [duckedLeft = level.left, duckedRight = level.right] = ducked.out?.channels ?? [];
  return fitLength({ left: duckedLeft, right: duckedRight }, length);
}

/**
 * The operator's change of the music counts from where it would stand without, but never brings it nearer to the voice
 * than the profile allows.
 */
function heldBelowVoice(
  bed: Stereo,
  voice: Stereo,
  request: MixRequest,
  belowDb: number,
): { music: Stereo; held_db: number } {
  const distance = voiceAboveMusic(voice, bed, request.beats);
  const tooNear = (change_db: number): number =>
    Number.isFinite(distance) ? Math.max(0, belowDb + BELOW_VOICE_MARGIN_DB - (distance - change_db)) : 0;
  const wanted_db = request.levels.music_db - tooNear(0);
  const held_db = tooNear(wanted_db);
  return { music: amplify(bed, wanted_db - held_db), held_db };
}

async function master(
  sum: Stereo,
  lufs: number,
  peakDbtp: number,
  signal: AbortSignal,
): Promise<{ program: Stereo; gain_db: number }> {
  const before = await integratedLoudness(sum, signal);
  if (before <= SILENT_LUFS) return { program: sum, gain_db: 0 };
  const ceiling = peakDbtp - ENCODER_HEADROOM_DB;
  let gainDb = lufs - before;
  let limitDb = ceiling;
  let program = sum;
  for (let attempt = 0; attempt < MASTER_TRIES; attempt += 1) {
    program = await limitTruePeak(amplify(sum, gainDb), limitDb, signal);
    const after = await measureLoudness(program, signal);
    const short = lufs - after.integrated_lufs;
    const over = after.true_peak_dbtp - ceiling;
    if (Math.abs(short) < 0.1 && over < 0.05) break;
    gainDb += short;
    if (over > 0) limitDb -= over;
  }
  return { program, gain_db: gainDb };
}

/** A limiter at four times the rate sees the peaks between samples (ITU-R BS.1770-5, annex 2). */
async function limitTruePeak(sound: Stereo, limitDb: number, signal: AbortSignal): Promise<Stereo> {
  const limit = 10 ** (limitDb / 20);
  const { channels } = await filterSound(
    `aresample=${PROGRAM_RATE * 4},alimiter=limit=${limit.toFixed(5)}:attack=5:release=80:level=false:latency=true,aresample=${PROGRAM_RATE}`,
    [sound.left, sound.right],
    PROGRAM_RATE,
    signal,
  );
  const [left = sound.left, right = sound.right] = channels;
  return fitLength({ left, right }, sound.left.length);
}
