import { type Stereo, silence } from "../audio/stereo.ts";
import { MOODS, type Mood, type MoodName } from "./moods.ts";
import { reverberate } from "./reverb.ts";
import { seededRandom } from "./seeded-random.ts";
import { addPad, addPluck, lowPass, type Note, wavetable } from "./voices.ts";

export type BedOptions = {
  readonly seed: number;
  readonly duration_s: number;
  readonly sample_rate: number;
  readonly mood?: MoodName;
};

type Random = () => number;

const FADE_IN_S = 1.2;
const FADE_OUT_S = 2.4;
const TARGET_RMS = 0.07;
const PLUCK_STEPS = 8;

/**
 * Composes music to speak over: soft pads and sparse plucked tones on a slow chord progression, a low bass, a breath
 * of filtered noise, some reverberation; no beat, no melody that asks for attention. Same options, same samples.
 */
export function composeBed(options: BedOptions): Stereo {
  const rate = options.sample_rate;
  const length = Math.round(options.duration_s * rate);
  if (length === 0) return silence(0);
  const random = seededRandom(options.seed);
  const mood: Mood = MOODS[options.mood ?? "calm"];
  const tonic = 110 * 2 ** (Math.floor(random() * 8) / 12);
  const progression = mood.progressions[Math.floor(random() * mood.progressions.length)] ?? [0];
  const pads = silence(length);
  const plucks = silence(length);
  const chordLength = Math.round(mood.chord_s * rate);
  const pattern = Array.from({ length: PLUCK_STEPS }, () => random());
  for (let bar = 0; bar * chordLength < length; bar += 1) {
    const degree = progression[bar % progression.length] ?? 0;
    const start = bar * chordLength;
    padChord(pads, mood, tonic, degree, start, chordLength, rate, random);
    pluckBar(plucks, mood, tonic, degree, start, chordLength, pattern, rate, random);
  }
  addBreath(pads, rate, random);
  lowPass(pads.left, mood.warmth_hz, rate);
  lowPass(pads.right, mood.warmth_hz, rate);
  lowPass(plucks.left, mood.warmth_hz * 2.5, rate);
  lowPass(plucks.right, mood.warmth_hz * 2.5, rate);
  return finish(pads, plucks, rate);
}

const PAD_TABLE = wavetable([1, 0.42, 0.2, 0.1, 0.05, 0.025]);
const BASS_TABLE = wavetable([1, 0.18, 0.04]);
const PLUCK_TABLE = wavetable([1, 0.28, 0.16, 0.07, 0.02]);

/** Frequency of a scale step (may exceed an octave or be negative) above the tonic. */
function stepHz(mood: Mood, tonic: number, step: number): number {
  const size = mood.scale.length;
  const octave = Math.floor(step / size);
  return tonic * 2 ** (octave + (mood.scale[step - octave * size] ?? 0) / 12);
}

function padChord(
  pads: Stereo,
  mood: Mood,
  tonic: number,
  degree: number,
  start: number,
  length: number,
  rate: number,
  random: Random,
): void {
  const attack = Math.round(rate * 1.4);
  const release = Math.round(rate * 2.2);
  // Root, fifth, third above, seventh or ninth: open, so that it stays soft.
  const steps = [degree, degree + 4, degree + 9, degree + (random() < 0.5 ? 13 : 15)];
  const low = degree > 3 ? -7 : 0;
  for (const [voice, step] of steps.entries()) {
    const hz = stepHz(mood, tonic, step + low);
    for (const detune of [-1, 1]) {
      const note: Note = {
        hz: hz * 2 ** ((detune * (2 + random() * 2)) / 1200),
        start,
        hold: length,
        gain: 0.16 / (1 + voice * 0.22),
        pan: 0.5 + detune * (0.12 + 0.06 * voice),
      };
      addPad(pads.left, pads.right, PAD_TABLE, note, attack, release, rate);
    }
  }
  const bass: Note = { hz: stepHz(mood, tonic / 2, degree + low), start, hold: length, gain: 0.2, pan: 0.5 };
  addPad(pads.left, pads.right, BASS_TABLE, bass, Math.round(rate * 0.5), release, rate);
}

function pluckBar(
  plucks: Stereo,
  mood: Mood,
  tonic: number,
  degree: number,
  start: number,
  length: number,
  pattern: readonly number[],
  rate: number,
  random: Random,
): void {
  const chord = [0, 2, 4, 7, 9].map((step) => degree + step + 14 - (degree > 3 ? 7 : 0));
  let previous = 2;
  for (let step = 0; step < PLUCK_STEPS; step += 1) {
    // The pattern repeats, so that the bar feels made on purpose; some steps are left out by chance.
    const sounds = (pattern[step] ?? 1) < mood.density && random() < 0.85;
    const move = Math.floor(random() * 3) - 1;
    previous = Math.max(0, Math.min(chord.length - 1, previous + (move === 0 ? 1 : move)));
    const late = Math.round(random() * rate * 0.012);
    const loud = 0.7 + random() * 0.3;
    const pan = 0.3 + random() * 0.4;
    if (!sounds) continue;
    const hz = stepHz(mood, tonic, chord[previous] ?? degree);
    const note: Note = {
      hz,
      start: start + Math.round((step * length) / PLUCK_STEPS) + late,
      hold: 0,
      gain: 0.17 * loud * Math.min(1, 440 / hz),
      pan,
    };
    addPluck(plucks.left, plucks.right, PLUCK_TABLE, note, rate * 0.45, rate);
  }
}

/** Air: noise that swells and ebbs over some ten seconds, far below the notes. */
function addBreath(pads: Stereo, rate: number, random: Random): void {
  const turn = (2 * Math.PI) / (rate * 11);
  let dullLeft = 0;
  let dullRight = 0;
  for (let i = 0; i < pads.left.length; i += 1) {
    const swell = 0.012 + 0.006 * Math.sin(turn * i);
    dullLeft += 0.12 * (random() * 2 - 1 - dullLeft);
    dullRight += 0.12 * (random() * 2 - 1 - dullRight);
    pads.left[i] = (pads.left[i] ?? 0) + dullLeft * swell;
    pads.right[i] = (pads.right[i] ?? 0) + dullRight * swell;
  }
}

function finish(pads: Stereo, plucks: Stereo, rate: number): Stereo {
  const length = pads.left.length;
  const send = new Float32Array(length);
  for (let i = 0; i < length; i += 1) {
    send[i] =
      0.018 * ((pads.left[i] ?? 0) + (pads.right[i] ?? 0)) +
      0.05 * ((plucks.left[i] ?? 0) + (plucks.right[i] ?? 0));
  }
  const wet = reverberate(send, rate);
  const out = silence(length);
  let energy = 0;
  for (let i = 0; i < length; i += 1) {
    const left = (pads.left[i] ?? 0) + (plucks.left[i] ?? 0) + (wet.left[i] ?? 0);
    const right = (pads.right[i] ?? 0) + (plucks.right[i] ?? 0) + (wet.right[i] ?? 0);
    out.left[i] = left;
    out.right[i] = right;
    energy += left * left + right * right;
  }
  const gain = TARGET_RMS / Math.max(1e-9, Math.sqrt(energy / (2 * length)));
  const fadeIn = Math.min(length / 3, FADE_IN_S * rate);
  const fadeOut = Math.min(length / 3, FADE_OUT_S * rate);
  for (let i = 0; i < length; i += 1) {
    const edge = Math.min(1, i / fadeIn, (length - 1 - i) / fadeOut);
    const shape = edge < 1 ? 0.5 - 0.5 * Math.cos(Math.PI * edge) : 1;
    out.left[i] = (out.left[i] ?? 0) * gain * shape;
    out.right[i] = (out.right[i] ?? 0) * gain * shape;
  }
  return out;
}
