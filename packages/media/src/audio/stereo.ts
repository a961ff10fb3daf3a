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
  return { left: sound.left.map((s) => s * gain), right: sound.right.map((s) => s * gain) };
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
  return {
    left: a.left.map((s, i) => s + (b.left[i] ?? 0)),
    right: a.right.map((s, i) => s + (b.right[i] ?? 0)),
  };
}
