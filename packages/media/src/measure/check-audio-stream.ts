import type { AcceptanceCheck } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import { AV_CODEC_ID_AAC, AV_PROFILE_AAC_LOW } from "node-av/constants";
import { measured, passIf } from "./acceptance-check.ts";
import type { FilmProbe } from "./probe-film.ts";
import type { Mp4Boxes } from "./read-mp4-boxes.ts";

const ROW = { group: "audio", unit: "", source: "YouTube upload encoding settings (1722171)" };

/** Codec, sample rate, channels and bit rate. */
export function checkAudioStream(
  probe: FilmProbe,
  boxes: Mp4Boxes,
  profile: QualityProfile,
): AcceptanceCheck[] {
  const codec = { ...ROW, id: "audio_codec", threshold: "AAC-LC" };
  if (probe.audio === null) {
    return [measured(codec, "FAIL", "none", { note: "the film has no audio stream" })];
  }
  const { stream } = probe.audio;
  const isAac = stream.codec_id === AV_CODEC_ID_AAC;
  const isLc = isAac && stream.profile_id === AV_PROFILE_AAC_LOW;
  return [
    measured(
      codec,
      passIf(isLc),
      isLc ? "AAC-LC" : isAac ? `AAC profile ${stream.profile_id}` : `codec ${stream.codec_id}`,
    ),
    measured(
      { ...ROW, id: "sample_rate", threshold: "48000", unit: "Hz" },
      passIf(stream.sample_rate === 48_000),
      stream.sample_rate,
    ),
    measured(
      { ...ROW, id: "channels", threshold: "2 (stereo)" },
      passIf(stream.channels === 2),
      stream.channels,
    ),
    bitRateCheck(probe.audio, boxes, profile),
  ];
}

/**
 * AAC spends fewer bits on quiet or simple sound than it is allowed, so bytes per second alone would fail a good
 * encode of speech with pauses. Passes when the bytes reach the minimum, or when the encoder was allowed it (the
 * maxBitrate the file declares) and spent no less than the profile's slack permits; the measured rate is shown.
 */
function bitRateCheck(
  audio: NonNullable<FilmProbe["audio"]>,
  boxes: Mp4Boxes,
  profile: QualityProfile,
): AcceptanceCheck {
  const least = profile.audio_kbps_min;
  const row = { ...ROW, id: "audio_bit_rate", threshold: `≥ ${least}`, unit: "kb/s" };
  const spent = audio.length_s > 0 ? (audio.bytes * 8) / audio.length_s / 1000 : 0;
  const declared = (boxes.tracks.find((track) => track.handler === "soun")?.declared_bps ?? 0) / 1000;
  if (spent >= least) return measured(row, "PASS", spent);
  const note = `the file declares ${Math.round(declared)} kb/s; quiet sound needs fewer bits`;
  if (declared < least)
    return measured(row, "FAIL", spent, { note: `the file declares ${Math.round(declared)} kb/s` });
  const isEnough = spent >= least * (1 - profile.audio_kbps_slack);
  return measured(row, isEnough ? "PASS" : "WARN", spent, { note });
}
