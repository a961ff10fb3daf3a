import { type PacketFacts, readPackets } from "../video/read-packets.ts";
import { decodeSound } from "./decode-sound.ts";
import { readingFilm } from "./unreadable-film.ts";

/** What one sound or film file measures. */
export type FilmFacts = {
  /** Null where the file has no picture. */
  readonly picture: PacketFacts["picture"];
  /** Null where the file has no sound. */
  readonly sound: {
    readonly duration_s: number;
    readonly sample_rate: number;
    readonly channels: number;
    /** Integrated by EBU R128 (ITU-R BS.1770); null where nothing was loud enough to count. */
    readonly integrated_lufs: number | null;
    /** Null for digital silence. */
    readonly true_peak_dbtp: number | null;
  } | null;
  /** Bits a second of all streams together, over the longer of picture and sound. */
  readonly bit_rate: number;
};

/** No film this decodes is quieter: the floor of the measurement. */
const FLOOR_LUFS = -70;
/** What counts as silence is not asked here; the measure wants to be told all the same. */
const SILENCE = { silence_db: -60, silence_s: 3 };

/** Reads every packet of the file and decodes its sound. @throws UnreadableFilm; the signal's reason. */
export async function filmFacts(file: string, signal: AbortSignal): Promise<FilmFacts> {
  const { picture, bytes } = await readPackets(file, signal);
  const heard = await readingFilm(signal, () => decodeSound(file, { ...SILENCE, signal }));
  const sound = heard && {
    duration_s: heard.span.end_s - heard.span.start_s,
    sample_rate: heard.sample_rate,
    channels: heard.channels,
    integrated_lufs: heard.integrated_lufs > FLOOR_LUFS ? heard.integrated_lufs : null,
    true_peak_dbtp: Number.isFinite(heard.true_peak_dbtp) ? heard.true_peak_dbtp : null,
  };
  const length = Math.max(picture?.duration_s ?? 0, sound?.duration_s ?? 0);
  return { picture, sound, bit_rate: length > 0 ? (bytes * 8) / length : 0 };
}
