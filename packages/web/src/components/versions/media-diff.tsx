import type { Comparison, MeasuredPair } from "@greenlight/contract/comparison";
import type { Job } from "@greenlight/contract/job";
import { useRef } from "react";
import { useContentUrl } from "../../lib/use-content-url.ts";
import { listWords } from "../../lib/words.ts";
import { Likeness } from "./likeness.tsx";
import { differenceWords, measureWords, valueWords } from "./measure-words.ts";

type Media = Extract<Comparison, { kind: "media" }>;

/** Both pictures or players side by side, how alike they are, and what was measured in both. */
export function MediaDiff(props: { job: Job; artifactId: string; comparison: Media }) {
  const { job, artifactId, comparison } = props;
  const url = useContentUrl(job.id);
  const players = useRef<HTMLDivElement>(null);
  const seek = (seconds: number) => {
    for (const video of players.current?.querySelectorAll("video") ?? []) {
      video.pause();
      video.currentTime = seconds;
    }
    players.current?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  };
  return (
    <>
      <div ref={players} className="grid gap-4 sm:grid-cols-2">
        {[comparison.from, comparison.to].map((side) => (
          <figure key={side.version} className="min-w-0 space-y-1.5">
            <figcaption className="text-xs text-muted">Version {side.version}</figcaption>
            <Shown
              type={side.media_type}
              src={url?.({ id: artifactId, version: side.version })}
              name={`${comparison.name}, version ${side.version}`}
            />
          </figure>
        ))}
      </div>
      <Likeness between={comparison.between} moments={comparison.moments} onSeek={seek} />
      <Measures measured={comparison.measured} />
      {comparison.not_measured.length > 0 && (
        <p className="text-xs text-muted">
          Not measured: {listWords(comparison.not_measured.map((name) => measureWords(name)))}.
        </p>
      )}
    </>
  );
}

function Shown({ type, src, name }: { type: string; src: string | undefined; name: string }) {
  if (type.startsWith("image/"))
    return (
      <img
        src={src}
        alt={name}
        className="aspect-video w-full rounded-lg border border-line bg-sunken object-contain"
      />
    );
  if (type.startsWith("video/"))
    return (
      <video
        controls
        preload="metadata"
        src={src}
        aria-label={name}
        className="aspect-video w-full rounded-lg bg-black"
      >
        <track kind="captions" />
      </video>
    );
  if (type.startsWith("audio/"))
    return (
      <audio controls preload="none" src={src} aria-label={name} className="w-full">
        <track kind="captions" />
      </audio>
    );
  return <p className="text-sm text-muted">{type} is not shown here.</p>;
}

function Measures({ measured }: { measured: readonly MeasuredPair[] }) {
  if (measured.length === 0) return <p className="text-sm text-muted">Nothing was measured in both.</p>;
  return (
    <table className="w-full text-xs tabular-nums sm:text-sm">
      <thead className="text-left text-xs text-muted">
        <tr>
          <th className="py-1.5 pr-3 font-medium">Measure</th>
          <th className="py-1.5 pr-3 text-right font-medium">Before</th>
          <th className="py-1.5 pr-3 text-right font-medium">After</th>
          <th className="py-1.5 text-right font-medium">Difference</th>
        </tr>
      </thead>
      <tbody>
        {measured.map(({ name, unit, before, after }) => {
          const difference = differenceWords(before, after, unit);
          return (
            <tr key={name} className="border-t border-line">
              <td className="py-1.5 pr-3">{measureWords(name)}</td>
              <td className="py-1.5 pr-3 text-right whitespace-nowrap">{valueWords(before, unit)}</td>
              <td className="py-1.5 pr-3 text-right whitespace-nowrap">{valueWords(after, unit)}</td>
              <td
                className={`py-1.5 text-right whitespace-nowrap ${difference === null ? "text-muted" : "font-medium"}`}
              >
                {difference ?? "same"}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
