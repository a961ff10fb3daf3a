import type { Artifact } from "@greenlight/contract/artifact";
import type { Job } from "@greenlight/contract/job";
import { versionsPath } from "../../lib/route.ts";
import { clockWords, countWords, sizeWords, stageWords } from "../../lib/words.ts";
import { Link } from "../link.tsx";
import { ArtifactVersions } from "./artifact-versions.tsx";

/** Every output with its newest version; one opens to all its versions. */
export function VersionsTab({ job, artifact }: { job: Job; artifact: string | null }) {
  if (artifact !== null) return <ArtifactVersions key={artifact} job={job} artifactId={artifact} />;
  const stages = job.stages.flatMap(({ id }) => {
    const artifacts = job.artifacts.filter((one) => one.stage === id);
    return artifacts.length === 0 ? [] : [{ id, artifacts }];
  });
  if (stages.length === 0)
    return <p className="card p-5 text-sm text-muted">What the stages make will appear here.</p>;
  return (
    <div className="space-y-4">
      {stages.map(({ id, artifacts }) => (
        <section key={id} aria-labelledby={`versions-${id}`} className="card overflow-hidden">
          <h2
            id={`versions-${id}`}
            className="flex items-baseline justify-between gap-3 border-b border-line px-4 py-2.5 text-sm font-semibold"
          >
            {stageWords(id)}
            <span className="text-xs font-normal text-muted">{countWords(artifacts.length, "file")}</span>
          </h2>
          <ul className="divide-y divide-line">
            {artifacts.map((one) => (
              <OutputRow key={one.id} job={job} output={one} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function OutputRow({ job, output }: { job: Job; output: Artifact }) {
  const { meta } = output;
  const by = typeof meta.patched_by === "string" ? `patched by ${meta.patched_by}` : meta.made_by;
  return (
    <li className="relative flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-4 py-2 text-sm hover:bg-sunken">
      <Link
        to={versionsPath(job.id, output.id)}
        className="min-w-0 grow font-medium wrap-anywhere after:absolute after:inset-0 max-sm:basis-full"
      >
        {output.name}
      </Link>
      <span className="text-xs text-muted">{by}</span>
      <span className="text-xs text-muted tabular-nums">
        {sizeWords(output.size_bytes)} · {clockWords(output.created_at)}
      </span>
      <span
        className={`ml-auto w-20 text-right text-xs tabular-nums ${output.version > 1 ? "font-semibold text-accent" : "text-muted"}`}
      >
        {countWords(output.version, "version")}
      </span>
    </li>
  );
}
