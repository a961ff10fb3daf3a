/** Sample rate of everything that is mixed, Hz. */
export const PROGRAM_RATE = 48_000;

/** Two channels of equal length, samples −1…1. */
export type Stereo = { readonly left: Float32Array; readonly right: Float32Array };

/** Silence of `length` samples per channel. */
export function silence(length: number): Stereo {
  return { left: new Float32Array(length), right: new Float32Array(length) };
}

/** Multiplies every sample by `gainDb`. Returns a copy. */
export function amplify(sound: Stereo, gainDb: number): Stereo {
  const gain = 10 ** (gainDb / 20);
  const left = scaled(sound.left, gain);
  return { left, right: sound.right === sound.left ? left : scaled(sound.right, gain) };
}

/** The same length as `length`: cut, or padded with silence. */
export function fitLength(sound: Stereo, length: number): Stereo {
  if (sound.left.length === length) return sound;
  const fitted = silence(length);
  fitted.left.set(sound.left.subarray(0, length));
  fitted.right.set(sound.right.subarray(0, length));
  return fitted;
}

/** Sum of two sounds of equal length. */
export function addSounds(a: Stereo, b: Stereo): Stereo {
  return { left: sum(a.left, b.left), right: sum(a.right, b.right) };
}

// Plain loops: the typed arrays' own `map` calls back for each of millions of samples.
function scaled(samples: Float32Array, gain: number): Float32Array {
  const out = new Float32Array(samples.length);
  for (let i = 0; i < out.length; i += 1) out[i] = (samples[i] ?? 0) * gain;
  return out;
}

function sum(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(a.length);
  for (let i = 0; i < out.length; i += 1) out[i] = (a[i] ?? 0) + (b[i] ?? 0);
  return out;
}
