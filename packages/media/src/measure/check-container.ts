import type { AcceptanceCheck } from "@greenlight/contract/documents";
import { measured, passIf } from "./acceptance-check.ts";
import type { FilmProbe } from "./probe-film.ts";
import type { Mp4Boxes } from "./read-mp4-boxes.ts";

const YOUTUBE = "YouTube upload encoding settings (1722171)";

/** File format, moov before mdat (playback starts before all is loaded), and edit lists that shift sound or picture. */
export function checkContainer(probe: FilmProbe, boxes: Mp4Boxes, frameS: number): AcceptanceCheck[] {
  const row = { group: "container", unit: "", source: YOUTUBE };
  const isMp4 = probe.format_name.split(",").includes("mp4") && boxes.order.includes("ftyp");
  const moov = boxes.order.indexOf("moov");
  const mdat = boxes.order.indexOf("mdat");
  const shift = shiftOf(probe, boxes, frameS);
  return [
    measured(
      { ...row, id: "container", threshold: "MP4" },
      passIf(isMp4),
      isMp4 ? `MP4 (${boxes.major_brand})` : probe.format_name,
    ),
    measured(
      { ...row, id: "moov_first", threshold: "moov before mdat" },
      passIf(moov >= 0 && mdat >= 0 && moov < mdat),
      boxes.order.join(" "),
    ),
    measured(
      { ...row, id: "edit_lists", threshold: "no shift of picture or sound", unit: "s" },
      passIf(shift.reasons.length === 0),
      shift.seconds,
      { note: shift.reasons.length === 0 ? undefined : shift.reasons.join("; ") },
    ),
  ];
}

/**
 * How far edit lists or first timestamps move sound against picture. One edit that begins a little into the media
 * is how encoders drop priming samples and B-frame delay, and shifts nothing as long as both streams then start
 * together.
 */
function shiftOf(probe: FilmProbe, boxes: Mp4Boxes, frameS: number): { seconds: number; reasons: string[] } {
  const reasons: string[] = [];
  const video = probe.video?.stream.start_s;
  const audio = probe.audio?.stream.start_s;
  const apart = video === undefined || audio === undefined ? 0 : audio - video;
  if (Math.abs(apart) >= frameS) {
    reasons.push(`sound starts ${Math.round(apart * 1000)} ms from the picture`);
  }
  for (const track of boxes.tracks) {
    if (track.handler !== "vide" && track.handler !== "soun") continue;
    const name = track.handler === "vide" ? "video" : "audio";
    const played = track.edits.filter((edit) => edit.media_time_s !== null);
    const empty = track.edits.filter((edit) => edit.media_time_s === null && edit.duration_s >= frameS);
    if (empty.length > 0) reasons.push(`the ${name} track has an empty edit`);
    if (played.length > 1) reasons.push(`the ${name} track is cut by ${played.length} edits`);
    if (played.some((edit) => edit.rate !== 1)) reasons.push(`the ${name} track is played at another speed`);
  }
  return { seconds: apart, reasons };
}
