// Delays of Schroeder's reverberator as tuned in Freeverb (Jezar, public domain), samples at 44.1 kHz.
const COMBS = [1557, 1617, 1491, 1422, 1277, 1356];
const ALL_PASSES = [225, 556];
const SPREAD = 23;

/** The reverberation of a mono sound, stereo, same length (M. R. Schroeder, 1962: parallel combs, then all-passes). */
export function reverberate(input: Float32Array, rate: number): { left: Float32Array; right: Float32Array } {
  return { left: oneSide(input, rate, 0), right: oneSide(input, rate, SPREAD) };
}

function oneSide(input: Float32Array, rate: number, spread: number): Float32Array {
  const out = new Float32Array(input.length);
  for (const delay of COMBS) addComb(input, out, scaled(delay + spread, rate), 0.86, 0.35);
  for (const delay of ALL_PASSES) allPass(out, scaled(delay + spread, rate), 0.5);
  return out;
}

function scaled(delay: number, rate: number): number {
  return Math.round((delay * rate) / 44_100);
}

function addComb(
  input: Float32Array,
  out: Float32Array,
  delay: number,
  feedback: number,
  damping: number,
): void {
  const line = new Float32Array(delay);
  let at = 0;
  let dull = 0;
  for (let i = 0; i < input.length; i += 1) {
    const echo = line[at] ?? 0;
    dull = echo * (1 - damping) + dull * damping;
    line[at] = (input[i] ?? 0) + dull * feedback;
    out[i] = (out[i] ?? 0) + echo;
    at = at + 1 === delay ? 0 : at + 1;
  }
}

function allPass(samples: Float32Array, delay: number, feedback: number): void {
  const line = new Float32Array(delay);
  let at = 0;
  for (let i = 0; i < samples.length; i += 1) {
    const echo = line[at] ?? 0;
    const dry = samples[i] ?? 0;
    line[at] = dry + echo * feedback;
    samples[i] = echo - dry;
    at = at + 1 === delay ? 0 : at + 1;
  }
}
