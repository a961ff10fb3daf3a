import type { MediaMeasure, MediaMeter } from "../../app/ports/media-meter.ts";

/**
 * Measures what the container or the picture's header tells, without decoding sound or film: it is asked while a
 * person waits. Loudness and likeness are for the acceptance report.
 */
export function createMediaMeter(): MediaMeter {
  return {
    async measure(path, mediaType) {
      const kind = mediaType.split("/")[0];
      if (kind === "image") return { measured: await pictureMeasures(path), not_measured: ["ssim"] };
      if (kind !== "audio" && kind !== "video") return { measured: [], not_measured: [] };
      const { probeFilm } = await import("@greenlight/media/measure/probe-film");
      const { video, audio } = await probeFilm(path);
      const measured: MediaMeasure[] = [];
      if (video) {
        const { width, height } = video.stream;
        measured.push(...pixels(width, height), {
          name: "frames",
          unit: "frames",
          value: video.packets.length,
        });
      }
      if (audio) measured.push({ name: "sound_duration", unit: "s", value: audio.length_s });
      return { measured, not_measured: ["loudness"] };
    },
  };
}

async function pictureMeasures(path: string): Promise<MediaMeasure[]> {
  const { imageSize } = await import("@greenlight/media/scene/image-size");
  const { width, height } = await imageSize(path);
  return pixels(width, height);
}

function pixels(width: number, height: number): MediaMeasure[] {
  return [
    { name: "width", unit: "px", value: width },
    { name: "height", unit: "px", value: height },
  ];
}
