import type { AcceptanceCheck } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import {
  AV_CODEC_ID_H264,
  AV_PROFILE_H264_HIGH,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
} from "node-av/constants";
import { measured, passIf, round, skipped } from "./acceptance-check.ts";
import type { PictureMeasures } from "./decode-picture.ts";
import type { FilmProbe } from "./probe-film.ts";

const ROW = { group: "video", unit: "", source: "YouTube upload encoding settings (1722171)" };

/** What was asked of the picture; an absent field was not asked. */
export type ExpectedVideo = {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly fps?: number | undefined;
};

/** Codec and profile, scan, pixel format, colour tags, frame rate, group of pictures, size. */
export function checkVideoStream(
  probe: FilmProbe,
  picture: PictureMeasures | null,
  expected: ExpectedVideo,
  profile: QualityProfile,
): AcceptanceCheck[] {
  const codec = { ...ROW, id: "video_codec", threshold: "H.264 High" };
  if (probe.video === null || picture === null) {
    return [measured(codec, "FAIL", "none", { note: "the film has no video stream" })];
  }
  const { stream } = probe.video;
  const isH264 = stream.codec_id === AV_CODEC_ID_H264;
  const isHigh = stream.profile_id === AV_PROFILE_H264_HIGH;
  const is709 =
    stream.primaries_id === AVCOL_PRI_BT709 &&
    stream.transfer_id === AVCOL_TRC_BT709 &&
    stream.matrix_id === AVCOL_SPC_BT709 &&
    stream.range_id !== AVCOL_RANGE_JPEG;
  return [
    measured(
      codec,
      passIf(isH264 && isHigh),
      isH264 ? `H.264 ${isHigh ? "High" : `profile ${stream.profile_id}`}` : `codec ${stream.codec_id}`,
    ),
    measured(
      { ...ROW, id: "progressive", threshold: "0 interlaced", unit: "frames" },
      passIf(picture.interlaced_frames === 0),
      picture.interlaced_frames,
    ),
    measured(
      { ...ROW, id: "pixel_format", threshold: "yuv420p" },
      passIf(stream.pixel_format === "yuv420p"),
      stream.pixel_format,
    ),
    measured(
      { ...ROW, id: "colour_tags", threshold: "BT.709, video range" },
      passIf(is709),
      is709
        ? "BT.709"
        : `primaries ${stream.primaries_id}, transfer ${stream.transfer_id}, matrix ${stream.matrix_id}, range ${stream.range_id}`,
    ),
    ...frameRateChecks(probe.video, expected.fps),
    gopCheck(probe.video, profile),
    sizeCheck(stream, expected),
  ];
}

type Video = NonNullable<FilmProbe["video"]>;

function frameRateChecks(video: Video, fps: number | undefined): AcceptanceCheck[] {
  const constant = {
    ...ROW,
    id: "constant_frame_rate",
    threshold: "every frame equally long",
    unit: "frames off",
  };
  const asked = {
    ...ROW,
    id: "frame_rate",
    threshold: fps === undefined ? "as asked" : `${fps}`,
    unit: "fps",
  };
  const times = video.packets.map((packet) => packet.pts_s).sort((a, b) => a - b);
  const first = times[0];
  const last = times.at(-1);
  if (first === undefined || last === undefined || times.length < 2) {
    return [skipped(constant, "fewer than two frames"), skipped(asked, "fewer than two frames")];
  }
  const step = (last - first) / (times.length - 1);
  // A rate that does not divide the timescale is rounded by up to one tick a frame.
  const slack = video.tick_s * 1.01;
  const off = times.filter((time, i) => Math.abs(time - first - i * step) > slack);
  const rate = 1 / step;
  return [
    measured(constant, passIf(off.length === 0), off.length, { at: off }),
    fps === undefined
      ? skipped(asked, "no frame rate was asked for")
      : measured(asked, passIf(Math.abs(rate - fps) < fps / 1000), rate),
  ];
}

/** Longest time from one key frame to the next (or the end); closed = each key frame is an IDR picture. */
function gopCheck(video: Video, profile: QualityProfile): AcceptanceCheck {
  const row = { ...ROW, id: "gop", threshold: `closed, ≤ ${profile.gop_s}`, unit: "s" };
  const keys = video.packets.filter((packet) => packet.is_key);
  const first = keys[0];
  if (first === undefined) return measured(row, "FAIL", null, { note: "no key frame" });
  const times = video.packets.map((packet) => packet.pts_s);
  const count = times.length;
  const start = Math.min(...minMax(times));
  const end = Math.max(...minMax(times));
  const frameS = count > 1 ? (end - start) / (count - 1) : 0;
  const starts = [...keys.map((key) => key.pts_s), end + frameS];
  const gaps = keys.map((key, i) => (starts[i + 1] ?? key.pts_s) - key.pts_s);
  const slack = frameS / 2;
  const tooLong = keys.filter((_, i) => (gaps[i] ?? 0) > profile.gop_s + slack);
  const open = keys.filter((key) => !key.is_idr);
  const longest = round(
    gaps.reduce((most, gap) => Math.max(most, gap), 0),
    3,
  );
  return measured(row, passIf(tooLong.length === 0 && open.length === 0), longest, {
    at: [...tooLong, ...open].map((key) => key.pts_s),
    note: open.length === 0 ? undefined : `${open.length} key frames are open (not IDR)`,
  });
}

function minMax(values: readonly number[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function sizeCheck(stream: Video["stream"], expected: ExpectedVideo): AcceptanceCheck {
  const { width, height } = expected;
  const row = { ...ROW, id: "resolution", unit: "px" };
  if (width === undefined || height === undefined) {
    return skipped({ ...row, threshold: "as asked" }, "no resolution was asked for");
  }
  const value = `${stream.width}x${stream.height}`;
  return measured({ ...row, threshold: `${width}x${height}` }, passIf(value === `${width}x${height}`), value);
}
