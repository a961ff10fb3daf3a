import { type Stereo, silence } from "./stereo.ts";

/**
 * Makes a sound exactly `length` samples long: cut with a fade-out, or repeated with an equal-power crossfade at
 * each seam. `fade` is in samples.
 */
export function loopSound(sound: Stereo, length: number, fade: number): Stereo {
  const own = sound.left.length;
  const out = silence(length);
  if (own === 0 || length === 0) return out;
  const seam = Math.min(fade, Math.floor(own / 2));
  const advance = own - seam;
  for (let start = 0; start < length; start += advance) {
    const count = Math.min(own, length - start);
    for (let i = 0; i < count; i += 1) {
      const rising = start > 0 && i < seam ? Math.sin((Math.PI / 2) * (i / seam)) : 1;
      const falling = i >= advance ? Math.cos((Math.PI / 2) * ((i - advance) / seam)) : 1;
      const gain = rising * falling;
      out.left[start + i] = (out.left[start + i] ?? 0) + (sound.left[i] ?? 0) * gain;
      out.right[start + i] = (out.right[start + i] ?? 0) + (sound.right[i] ?? 0) * gain;
    }
    if (start + own >= length) break;
  }
  fadeOut(out, Math.min(fade, length));
  return out;
}

function fadeOut(sound: Stereo, samples: number): void {
  const length = sound.left.length;
  for (let i = 0; i < samples; i += 1) {
    const gain = i / samples;
    const at = length - 1 - i;
    sound.left[at] = (sound.left[at] ?? 0) * gain;
    sound.right[at] = (sound.right[at] ?? 0) * gain;
  }
}
