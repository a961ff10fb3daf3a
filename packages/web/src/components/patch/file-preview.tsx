import type { Beat } from "@greenlight/contract/storyboard";
import { useEffect, useState } from "react";
import { sizeWords } from "../../lib/words.ts";

/** A chosen picture or video before it is uploaded; of a video also what the film will do with it. */
export function FilePreview({ file, beat }: { file: File; beat: Beat }) {
  const [src, setSrc] = useState<string | null>(null);
  const [length, setLength] = useState<number | null>(null);
  useEffect(() => {
    const url = URL.createObjectURL(file);
    setSrc(url);
    return () => URL.revokeObjectURL(url);
  }, [file]);
  if (src === null) return null;
  const isVideo = file.type.startsWith("video/") || /\.(mp4|webm|mov)$/i.test(file.name);
  return (
    <figure className="flex flex-wrap items-start gap-3 rounded-lg border border-line p-3 text-xs text-muted">
      {isVideo ? (
        <video
          controls
          muted
          preload="metadata"
          src={src}
          aria-label={`Preview of ${file.name}`}
          className="aspect-video w-full rounded bg-black sm:w-56"
          onLoadedMetadata={({ currentTarget: { duration } }) =>
            setLength(Number.isFinite(duration) ? duration : null)
          }
        />
      ) : (
        <img
          src={src}
          alt={`Preview of ${file.name}`}
          className="aspect-video w-full rounded bg-sunken object-contain sm:w-56"
        />
      )}
      <figcaption className="min-w-40 flex-1 space-y-1 wrap-anywhere">
        <p className="font-medium text-ink">{file.name}</p>
        <p className="tabular-nums">
          {sizeWords(file.size)}
          {length !== null && ` · ${length.toFixed(1)} s`}
        </p>
        {isVideo && (
          <>
            <p>Its own sound is not used.</p>
            <p>{lengthWords(length, beat)}</p>
          </>
        )}
      </figcaption>
    </figure>
  );
}

function lengthWords(length: number | null, { id, duration_s }: Beat): string {
  const fits = `${id} is ${duration_s.toFixed(1)} s long`;
  if (length === null)
    return `${fits}: a longer video is cut there, of a shorter one the last picture is held.`;
  const rest = duration_s - length;
  if (rest > 0.05) return `${fits}: its last picture is held for ${rest.toFixed(1)} s.`;
  if (rest < -0.05) return `${fits}: only its first ${duration_s.toFixed(1)} s are shown.`;
  return `${fits}, as long as the video.`;
}
