import type { Artifact, ArtifactKind } from "@greenlight/contract/artifact";
import type { Job } from "@greenlight/contract/job";
import { useRef } from "react";
import { useContentUrl } from "../lib/use-content-url.ts";
import { sizeWords } from "../lib/words.ts";
import { TextArtifact } from "./text-artifact.tsx";

const KINDS: readonly ArtifactKind[] = ["video", "acceptance_report", "captions", "thumbnail"];

/** The finished film: to watch, with its report and files to keep. */
export function Downloads({ job }: { job: Job }) {
  const url = useContentUrl(job.id);
  const player = useRef<HTMLVideoElement>(null);
  const seek = (seconds: number) => {
    const video = player.current;
    if (video === null) return;
    video.pause();
    video.currentTime = seconds;
    video.scrollIntoView({ block: "center", behavior: "smooth" });
  };
  const film = job.artifacts.find(
    (artifact) => artifact.media_type === "video/mp4" && artifact.kind === "video",
  );
  const files = KINDS.flatMap((kind) => job.artifacts.filter((artifact) => artifact.kind === kind));
  const poster = job.artifacts.find((artifact) => artifact.kind === "thumbnail");
  const captions = job.artifacts.find((artifact) => artifact.media_type.startsWith("text/vtt"));
  const report = job.artifacts.find((a) => a.kind === "acceptance_report" && a.media_type.includes("json"));
  if (!film || !url) return null;
  return (
    <section aria-labelledby="film-heading" className="card space-y-4 p-4 sm:p-5">
      <h2 id="film-heading" className="font-semibold">
        The video
      </h2>
      <video
        ref={player}
        controls
        preload="metadata"
        src={url(film)}
        poster={poster && url(poster)}
        className="max-h-[70vh] w-full rounded-lg bg-black"
      >
        <track
          kind="captions"
          src={captions && url(captions)}
          srcLang={job.cfg.brief.language}
          label="Captions"
        />
      </video>
      <ul className="grid gap-2 sm:grid-cols-2">
        {files.map((artifact) => (
          <li key={artifact.id} className={`min-w-0 ${artifact === film ? "sm:col-span-2" : ""}`}>
            <a
              href={url(artifact, { download: true })}
              download
              className={`button w-full justify-between ${artifact === film ? "button-primary" : ""}`}
            >
              <span className="truncate">Download {fileName(artifact)}</span>
              <span className="shrink-0 text-xs font-normal">{sizeWords(artifact.size_bytes)}</span>
            </a>
          </li>
        ))}
      </ul>
      {report && <TextArtifact jobId={job.id} artifact={report} onSeek={seek} />}
    </section>
  );
}

function fileName(artifact: Artifact): string {
  return artifact.name.split("/").at(-1) ?? artifact.name;
}
