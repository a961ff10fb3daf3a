import type { Artifact } from "@greenlight/contract/artifact";
import { useContentUrl } from "../lib/use-content-url.ts";
import { sizeWords } from "../lib/words.ts";
import { TextArtifact } from "./text-artifact.tsx";

/** Shows outputs as what they are: pictures side by side, sound and video in players, text to read. */
export function ArtifactView({ jobId, artifacts }: { jobId: string; artifacts: readonly Artifact[] }) {
  const of = (type: string) => artifacts.filter((artifact) => artifact.media_type.startsWith(type));
  const media = new Set(["image/", "audio/", "video/"].flatMap(of));
  const texts = artifacts.filter((artifact) => !media.has(artifact) && isText(artifact));
  const rest = artifacts.filter((artifact) => !media.has(artifact) && !isText(artifact));
  if (artifacts.length === 0)
    return <p className="text-sm text-muted">This stage left nothing to look at.</p>;
  return (
    <div className="space-y-5">
      <Players jobId={jobId} artifacts={of("video/")} />
      <Players jobId={jobId} artifacts={of("audio/")} />
      <Pictures jobId={jobId} artifacts={of("image/")} />
      {texts.length > 0 && (
        <div className="space-y-2">
          {texts.map((artifact) => (
            <TextArtifact key={`${artifact.id} ${artifact.version}`} jobId={jobId} artifact={artifact} />
          ))}
        </div>
      )}
      {rest.length > 0 && (
        <ul className="text-sm text-muted">
          {rest.map((artifact) => (
            <li key={artifact.id}>
              {artifact.name} · {sizeWords(artifact.size_bytes)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function isText({ media_type }: Artifact): boolean {
  return /^text\/(?!html)|json|subrip/.test(media_type);
}

function Pictures({ jobId, artifacts }: { jobId: string; artifacts: readonly Artifact[] }) {
  const url = useContentUrl(jobId);
  if (artifacts.length === 0 || !url) return null;
  return (
    <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3">
      {artifacts.map((artifact) => (
        <li key={artifact.id}>
          <a href={url(artifact)} target="_blank" rel="noreferrer" className="block">
            <img
              src={url(artifact)}
              alt=""
              loading="lazy"
              className="w-full rounded-lg border border-line bg-sunken"
            />
            <span className="mt-1 block truncate text-xs text-muted">{artifact.name}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function Players({ jobId, artifacts }: { jobId: string; artifacts: readonly Artifact[] }) {
  const url = useContentUrl(jobId);
  if (artifacts.length === 0 || !url) return null;
  const single = artifacts.length === 1;
  return (
    <ul className={single ? "" : "grid gap-4 sm:grid-cols-2"}>
      {artifacts.map((artifact) => (
        <li key={artifact.id} className="min-w-0 space-y-1 sm:first:nth-last-[odd]:col-span-2">
          <p className="truncate text-sm font-medium">{artifact.name}</p>
          {typeof artifact.meta.note === "string" && (
            <p className="text-sm text-muted">{artifact.meta.note}</p>
          )}
          {artifact.media_type.startsWith("video/") ? (
            <video
              controls
              preload="metadata"
              src={url(artifact)}
              className="max-h-[70vh] w-full rounded-lg bg-black"
            >
              <track kind="captions" />
            </video>
          ) : (
            <audio controls preload="none" src={url(artifact)} className="w-full">
              <track kind="captions" />
            </audio>
          )}
        </li>
      ))}
    </ul>
  );
}
