import { amplify, type Stereo } from "../audio/stereo.ts";
import { integratedLoudness } from "../measure/loudness.ts";

/** Sound no louder than this is silence to the measurement, LUFS. */
export const SILENT_LUFS = -69;

/** Brings a sound to an integrated loudness by a constant gain; silence stays as it is. */
export async function toLoudness(sound: Stereo, lufs: number, signal: AbortSignal): Promise<Stereo> {
  const now = await integratedLoudness(sound, signal);
  return now <= SILENT_LUFS ? sound : amplify(sound, lufs - now);
}
