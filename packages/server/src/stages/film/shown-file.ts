import { imageSize } from "@greenlight/media/scene/image-size";
import { readPackets } from "@greenlight/media/video/read-packets";
import type { FileRef } from "../../app/ports/object-store.ts";
import type { StageContext } from "../../app/ports/stage-adapter.ts";

type Clip = { readonly length_s: number; readonly has_sound: boolean };
/** A picture or video that a beat shows: `width`, `height`: pixels, upright. `clip`: it is a video. */
export type ShownFile = { readonly width: number; readonly height: number; readonly clip?: Clip };

/** What the layout must know of a picture or video file. @throws Error when it cannot be read. */
export async function openShown(
  ctx: StageContext,
  file: FileRef & { readonly media_type: string },
): Promise<ShownFile> {
  const path = await ctx.open(file);
  if (!file.media_type.startsWith("video/")) return imageSize(path);
  const { picture, has_sound } = await readPackets(path, ctx.signal);
  if (picture === null) throw new Error("the video has no picture");
  const { width, height, duration_s } = picture;
  return { width, height, clip: { length_s: duration_s, has_sound } };
}

/** What an operator might not expect of a video in a beat that is seen for `duration_s`. */
export function noteOnClip({ length_s, has_sound }: Clip, duration_s: number): string {
  const held = duration_s - length_s;
  return [
    has_sound ? "the video's own sound is not used" : "the video has no sound",
    ...(held > 0.05
      ? [`it is ${length_s.toFixed(1)} s long, so its last picture stays for ${held.toFixed(1)} s`]
      : held < -0.05
        ? [`its first ${duration_s.toFixed(1)} s of ${length_s.toFixed(1)} s are shown`]
        : []),
  ].join("; ");
}
