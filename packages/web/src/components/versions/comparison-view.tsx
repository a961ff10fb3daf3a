import type { Comparison } from "@greenlight/contract/comparison";
import type { Job } from "@greenlight/contract/job";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useApi } from "../../lib/use-api.ts";
import { ProblemNote } from "../problem-note.tsx";
import { BeatDiff } from "./beat-diff.tsx";
import { JsonDiff } from "./json-diff.tsx";
import { MediaDiff } from "./media-diff.tsx";
import { TextDiff } from "./text-diff.tsx";

/** Two versions of an output side by side, in the form that fits what they are. */
export function ComparisonView(props: { job: Job; artifactId: string; from: number; to: number }) {
  const { job, artifactId, from, to } = props;
  const api = useApi();
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ["comparison", artifactId, from, to],
    queryFn: ({ signal }) => api.compare(job.id, artifactId, { from, to }, { signal }),
    enabled: from !== to,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <section aria-labelledby="comparison-heading" className="card overflow-hidden">
      <h2 id="comparison-heading" className="border-b border-line px-4 py-3 font-semibold">
        Version {from} → version {to}
      </h2>
      <div className={`space-y-4 p-4 ${isPlaceholderData ? "opacity-60" : ""}`} aria-busy={isPlaceholderData}>
        {from === to ? (
          <p className="text-sm text-muted">Pick two different versions.</p>
        ) : error ? (
          <ProblemNote error={error} />
        ) : data ? (
          <Differences job={job} artifactId={artifactId} comparison={data} />
        ) : (
          <p className="text-sm text-muted">Comparing…</p>
        )}
      </div>
    </section>
  );
}

function Differences(props: { job: Job; artifactId: string; comparison: Comparison }) {
  const { job, artifactId, comparison } = props;
  if (comparison.from.sha256 === comparison.to.sha256)
    return <p className="text-sm text-muted">Both versions have the same content.</p>;
  switch (comparison.kind) {
    case "text":
      return <TextDiff comparison={comparison} />;
    case "storyboard":
      return <BeatDiff comparison={comparison} />;
    case "json":
      return <JsonDiff changes={comparison.changes} />;
    case "media":
      return <MediaDiff job={job} artifactId={artifactId} comparison={comparison} />;
  }
}
