/** Additive voices rendered into a buffer: tight loops over a shared wavetable, no allocation per sample. */

const TABLE_BITS = 12;
const TABLE_SIZE = 1 << TABLE_BITS;
const MASK = TABLE_SIZE - 1;

/** One period of the given harmonics' amplitudes (first = fundamental). */
export function wavetable(harmonics: readonly number[]): Float32Array {
  const table = new Float32Array(TABLE_SIZE);
  for (let i = 0; i < TABLE_SIZE; i += 1) {
    let sum = 0;
    for (let h = 0; h < harmonics.length; h += 1) {
      sum += (harmonics[h] ?? 0) * Math.sin((2 * Math.PI * (h + 1) * i) / TABLE_SIZE);
    }
    table[i] = sum;
  }
  return table;
}

export type Note = {
  readonly hz: number;
  readonly start: number;
  /** Samples until the release begins. */
  readonly hold: number;
  readonly gain: number;
  /** 0 left … 1 right. */
  readonly pan: number;
};

/** A sustained note: raised-cosine attack and release, lengths in samples. */
export function addPad(
  left: Float32Array,
  right: Float32Array,
  table: Float32Array,
  note: Note,
  attack: number,
  release: number,
  rate: number,
): void {
  const step = (note.hz / rate) * TABLE_SIZE;
  const leftGain = note.gain * Math.cos((note.pan * Math.PI) / 2);
  const rightGain = note.gain * Math.sin((note.pan * Math.PI) / 2);
  const end = Math.min(left.length, note.start + note.hold + release);
  let phase = (note.start * 37) & MASK;
  for (let i = note.start; i < end; i += 1) {
    const age = i - note.start;
    let envelope = 1;
    if (age < attack) envelope = 0.5 - 0.5 * Math.cos((Math.PI * age) / attack);
    else if (age > note.hold) envelope = 0.5 + 0.5 * Math.cos((Math.PI * (age - note.hold)) / release);
    const sample = (table[phase & MASK] ?? 0) * envelope;
    left[i] = (left[i] ?? 0) + sample * leftGain;
    right[i] = (right[i] ?? 0) + sample * rightGain;
    phase += step;
    if (phase >= TABLE_SIZE) phase -= TABLE_SIZE;
  }
}

/** A plucked tone: soft attack of 6 ms, exponential decay with the given time constant (samples). */
export function addPluck(
  left: Float32Array,
  right: Float32Array,
  table: Float32Array,
  note: Note,
  decay: number,
  rate: number,
): void {
  const step = (note.hz / rate) * TABLE_SIZE;
  const attack = Math.round(rate * 0.006);
  const fall = Math.exp(-1 / decay);
  const leftGain = note.gain * Math.cos((note.pan * Math.PI) / 2);
  const rightGain = note.gain * Math.sin((note.pan * Math.PI) / 2);
  const end = Math.min(left.length, note.start + Math.round(decay * 7));
  let envelope = 1;
  let phase = 0;
  for (let i = note.start; i < end; i += 1) {
    const age = i - note.start;
    const sample = (table[phase & MASK] ?? 0) * envelope * (age < attack ? age / attack : 1);
    left[i] = (left[i] ?? 0) + sample * leftGain;
    right[i] = (right[i] ?? 0) + sample * rightGain;
    envelope *= fall;
    phase += step;
    if (phase >= TABLE_SIZE) phase -= TABLE_SIZE;
  }
}

/** One-pole low-pass, twice (12 dB per octave), in place. */
export function lowPass(samples: Float32Array, hz: number, rate: number): void {
  const k = 1 - Math.exp((-2 * Math.PI * hz) / rate);
  let a = 0;
  let b = 0;
  for (let i = 0; i < samples.length; i += 1) {
    a += k * ((samples[i] ?? 0) - a);
    b += k * (a - b);
    samples[i] = b;
  }
}
