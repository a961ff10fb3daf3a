import { describe, expect, it } from "vitest";
import { amplify, PROGRAM_RATE, type Stereo } from "../audio/stereo.ts";
import { measureLoudness } from "../measure/loudness.ts";
import { composeBed } from "../music/compose-bed.ts";
import { seededRandom } from "../music/seeded-random.ts";
import { type Levels, type MixBeat, mixProgram, NO_CHANGE } from "./mix-program.ts";
import { voiceAboveMusic } from "./voice-above-music.ts";

const PROFILE = { loudness_lufs: -14, true_peak_dbtp: -1, music_below_voice_db: 20 };
const RENDER = {
  speech: { voices: {}, loudness_lufs: -16, highpass_hz: 80 },
  music: {
    loudness_lufs: -30,
    dip_db: -3,
    dip_hz: 2500,
    duck_ratio: 3,
    duck_attack_ms: 150,
    duck_release_ms: 900,
    duck_db: 6,
  },
  profile: "web",
  profiles: { web: PROFILE, broadcast: { ...PROFILE, loudness_lufs: -23 } },
};
const DURATION = 12;
const MUSIC = composeBed({ seed: 3, duration_s: DURATION, sample_rate: PROGRAM_RATE });

/** Syllables: a buzz of 140 Hz whose loudness rises and falls four times a second. */
function speechOf(seconds: number, level: number, seed: number): MixBeat["speech"] {
  const random = seededRandom(seed);
  const samples = new Float32Array(Math.round(seconds * 16_000));
  for (let i = 0; i < samples.length; i += 1) {
    const t = i / 16_000;
    const syllable = Math.sin(Math.PI * t * 4) ** 2;
    const buzz = ((t * 140) % 1) - 0.5;
    samples[i] = level * syllable * (buzz + 0.1 * (random() - 0.5));
  }
  return { sample_rate: 16_000, samples };
}

const BEATS: MixBeat[] = [
  { beat_id: "b01", speech_start_s: 0.25, speech: speechOf(4, 0.6, 1) },
  { beat_id: "b02", speech_start_s: 6.5, speech: speechOf(4, 0.6, 2) },
];

function mix(music: Stereo | null, levels: Levels = NO_CHANGE, profile = "web", beats = BEATS) {
  const render = { ...RENDER, profile };
  return mixProgram({
    duration_s: DURATION,
    beats,
    music,
    levels,
    render,
    signal: new AbortController().signal,
  });
}

function levelDb(sound: Stereo, from: number, to: number): number {
  const part = sound.left.subarray(Math.round(from * PROGRAM_RATE), Math.round(to * PROGRAM_RATE));
  return 10 * Math.log10(part.reduce((sum, s) => sum + s * s, 0) / part.length + 1e-15);
}

describe("mixProgram", () => {
  it("meets the profile: loudness, true peak, music below the voice, length", async () => {
    const { program, voice_stem, music_stem } = await mix(MUSIC);
    const loudness = await measureLoudness(program);
    expect(Math.abs(loudness.integrated_lufs + 14)).toBeLessThan(0.3);
    expect(loudness.true_peak_dbtp).toBeLessThanOrEqual(-1.6);
    expect(voiceAboveMusic(voice_stem, music_stem, BEATS)).toBeGreaterThanOrEqual(20);
    for (const sound of [program, voice_stem, music_stem])
      expect(sound.left.length).toBe(DURATION * PROGRAM_RATE);
  });

  it("meets another profile's loudness", async () => {
    const { program } = await mix(MUSIC, NO_CHANGE, "broadcast");
    expect(Math.abs((await measureLoudness(program)).integrated_lufs + 23)).toBeLessThan(0.3);
  });

  it("starts speech when it was asked to, to a few milliseconds", async () => {
    const { program } = await mix(null);
    for (const beat of BEATS) {
      const from = Math.round((beat.speech_start_s - 0.2) * PROGRAM_RATE);
      const onset = program.left.subarray(from).findIndex((s) => Math.abs(s) > 0.003);
      expect(Math.abs((from + onset) / PROGRAM_RATE - beat.speech_start_s)).toBeLessThan(0.02);
    }
  });

  it("ducks the music while someone speaks and lets it back in the pause", async () => {
    const { music_stem } = await mix(MUSIC);
    const under = levelDb(music_stem, 2, 4) - levelDb(MUSIC, 2, 4);
    const pause = levelDb(music_stem, 5.8, 6.4) - levelDb(MUSIC, 5.8, 6.4);
    expect(pause - under).toBeGreaterThan(2);
    expect(pause - under).toBeLessThan(9);
  });

  it("follows what a person asked for: one beat louder, music quieter", async () => {
    const plain = await mix(MUSIC);
    const changed = await mix(MUSIC, { voice_db: 0, music_db: -6, beat_db: new Map([["b02", -6]]) });
    const beats = (sound: Stereo): number => levelDb(sound, 7, 10) - levelDb(sound, 1, 4);
    expect(beats(changed.voice_stem) - beats(plain.voice_stem)).toBeCloseTo(-6, 0);
    const below = (m: typeof plain): number => levelDb(m.music_stem, 5.8, 6.4) - levelDb(m.voice_stem, 1, 4);
    expect(below(changed) - below(plain)).toBeLessThan(-5);
  });

  it("never lets a wish bring the music nearer to the voice than the profile allows, and says what it took back", async () => {
    const asked = (music_db: number) => mix(MUSIC, { voice_db: 0, music_db, beat_db: new Map() });
    const { voice_stem, music_stem, music_held_db } = await asked(12);
    expect(voiceAboveMusic(voice_stem, music_stem, BEATS)).toBeGreaterThanOrEqual(20);
    expect(music_held_db).toBeGreaterThan(1);
    expect((await asked(0)).music_held_db).toBe(0);
  });

  it("takes a quieter music from where it stood, also where the profile held it", async () => {
    const strict = { ...PROFILE, music_below_voice_db: 30 };
    const render = { ...RENDER, profiles: { web: strict } };
    const distance = async (music_db: number) => {
      const levels = { voice_db: 0, music_db, beat_db: new Map() };
      const { signal } = new AbortController();
      const made = await mixProgram({
        duration_s: DURATION,
        beats: BEATS,
        music: MUSIC,
        levels,
        render,
        signal,
      });
      return voiceAboveMusic(made.voice_stem, made.music_stem, BEATS);
    };
    expect((await distance(-3)) - (await distance(0))).toBeCloseTo(3, 1);
  });

  it("gives the same samples again", async () => {
    const [once, again] = [await mix(MUSIC), await mix(MUSIC)];
    const same = (["program", "voice_stem", "music_stem"] as const).map((stem) =>
      Buffer.from(once[stem].left.buffer).equals(Buffer.from(again[stem].left.buffer)),
    );
    expect(same).toEqual([true, true, true]);
  });

  it("holds peaks that a limiter must catch", async () => {
    const clicks = speechOf(4, 0.05, 4);
    for (let i = 0; i < clicks.samples.length; i += 4000) clicks.samples[i] = 1;
    const { program } = await mix(null, NO_CHANGE, "web", [
      { beat_id: "b01", speech_start_s: 0, speech: clicks },
    ]);
    expect((await measureLoudness(program)).true_peak_dbtp).toBeLessThanOrEqual(-1.2);
  });

  it("is silence where there is neither voice nor music, and music alone where nobody speaks", async () => {
    const nothing = await mix(null, NO_CHANGE, "web", []);
    expect(nothing.program.left.length).toBe(DURATION * PROGRAM_RATE);
    expect(nothing.program.left.every((s) => s === 0)).toBe(true);
    const alone = await mix(amplify(MUSIC, -20), NO_CHANGE, "web", []);
    expect(Math.abs((await measureLoudness(alone.program)).integrated_lufs + 14)).toBeLessThan(0.5);
  });

  it("refuses a profile that does not exist", async () => {
    await expect(mix(null, NO_CHANGE, "cinema")).rejects.toThrow('"cinema"');
  });
});
