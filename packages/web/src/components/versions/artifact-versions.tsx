import type { ArtifactDetail } from "@greenlight/contract/api";
import type { Artifact } from "@greenlight/contract/artifact";
import type { Job } from "@greenlight/contract/job";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type Bar, patchBar } from "../../lib/bars.ts";
import { showInAddress, useSearch, versionsPath } from "../../lib/route.ts";
import { useApi, useMe } from "../../lib/use-api.ts";
import { clockWords, countWords, sizeWords, stageWords } from "../../lib/words.ts";
import { ActionButton, BarNote } from "../action-button.tsx";
import { Link } from "../link.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { ComparisonView } from "./comparison-view.tsx";

/** All versions of one output, newest first: any two to compare, one to stand again. */
export function ArtifactVersions({ job, artifactId }: { job: Job; artifactId: string }) {
  const api = useApi();
  const current = job.artifacts.find((one) => one.id === artifactId);
  const { data, error } = useQuery({
    queryKey: ["artifact", job.id, artifactId, current?.version],
    queryFn: () => api.artifact(job.id, artifactId),
    placeholderData: keepPreviousData,
  });
  const search = useSearch();
  const back = (
    <Link to={`/jobs/${job.id}/versions`} className="block w-fit text-sm text-accent hover:underline">
      ← All outputs
    </Link>
  );
  if (error)
    return (
      <div className="space-y-4">
        {back}
        <ProblemNote error={error} />
      </div>
    );
  if (!data) return <p className="text-sm text-muted">Loading the versions…</p>;
  const last = data.versions.at(-1)?.version ?? 1;
  const asked = (name: string, preset: number) => {
    const version = Number(search.get(name) ?? preset);
    return data.versions.some((one) => one.version === version) ? version : preset;
  };
  const [from, to] = [asked("from", Math.max(1, last - 1)), asked("to", last)];
  const pick = (side: { from?: number; to?: number }) =>
    showInAddress(versionsPath(job.id, artifactId, side.from ?? from, side.to ?? to));
  return (
    <div className="space-y-4">
      {back}
      <section aria-labelledby="versions-heading" className="card overflow-hidden">
        <div className="border-b border-line px-4 py-3">
          <h2 id="versions-heading" className="font-semibold wrap-anywhere">
            {data.name}
          </h2>
          <p className="text-xs text-muted">
            {stageWords(data.stage)} · {countWords(data.versions.length, "version")}
          </p>
        </div>
        <VersionList job={job} detail={data} from={from} to={to} onPick={pick} />
      </section>
      {data.versions.length > 1 && <ComparisonView job={job} artifactId={artifactId} from={from} to={to} />}
    </div>
  );
}

function VersionList(props: {
  job: Job;
  detail: ArtifactDetail;
  from: number;
  to: number;
  onPick: (side: { from?: number; to?: number }) => void;
}) {
  const { job, detail, from, to, onPick } = props;
  const api = useApi();
  const me = useMe();
  const queries = useQueryClient();
  const [reverted, setReverted] = useState<number | null>(null);
  const revert = useMutation({
    mutationFn: (version: number) => api.revert(job.id, detail.id, version),
    onSuccess: (next, version) => {
      queries.setQueryData(["job", job.id], next);
      setReverted(version);
    },
  });
  const several = detail.versions.length > 1;
  const own: Bar = detail.change_instead === null ? null : `To go back here, ${detail.change_instead}.`;
  const bar = own ?? patchBar(me, job, detail.stage);
  const newest = detail.versions.at(-1);
  const radio = (side: "from" | "to", version: number) => (
    <label className="choice min-h-7 px-2">
      <input
        type="radio"
        name={`compare-${side}`}
        className="sr-only"
        checked={(side === "from" ? from : to) === version}
        onChange={() => onPick({ [side]: version })}
      />
      <span className="sr-only">Compare </span>
      {side}
      <span className="sr-only"> version {version}</span>
    </label>
  );
  return (
    <>
      <ol reversed className="divide-y divide-line">
        {detail.versions.toReversed().map((one) => (
          <li key={one.version} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5 text-sm">
            <span className="w-24 font-medium tabular-nums">
              Version {one.version}
              {one === newest && <span className="block text-xs font-normal text-accent">stands now</span>}
            </span>
            <span className="min-w-40 grow text-xs text-muted wrap-anywhere">
              {originWords(one)}
              <span className="block tabular-nums">
                {clockWords(one.created_at)} · {sizeWords(one.size_bytes)} ·{" "}
                <code title={one.sha256}>{one.sha256.slice(0, 10)}</code>
              </span>
            </span>
            {several && (
              <span className="flex gap-1.5">
                {radio("from", one.version)}
                {radio("to", one.version)}
              </span>
            )}
            {several && (
              <span className="ml-auto text-right sm:w-24">
                {one.sha256 !== newest?.sha256 && (
                  <ActionButton
                    look="button-small"
                    bar={bar}
                    busy={revert.isPending}
                    label={`Revert to version ${one.version}`}
                    onClick={() => revert.mutate(one.version)}
                  >
                    Revert
                  </ActionButton>
                )}
              </span>
            )}
          </li>
        ))}
      </ol>
      <Footer
        told={[
          several && bar !== null && <BarNote key="bar" bars={[bar]} />,
          !several && (
            <p key="single" className="text-xs text-muted">
              There is one version; nothing to compare it with yet.
            </p>
          ),
          revert.error !== null && <ProblemNote key="error" error={revert.error} />,
          reverted !== null && (
            <p key="done" className="text-xs text-muted">
              Version {reverted} stands again, as version {newest?.version}. Later stages that used it run
              again.
            </p>
          ),
        ].filter((one) => one !== false)}
      />
    </>
  );
}

function Footer({ told }: { told: readonly ReactNode[] }) {
  return (
    <div role="status" className={told.length === 0 ? "sr-only" : "space-y-2 border-t border-line px-4 py-3"}>
      {told}
    </div>
  );
}

function originWords({ meta }: Artifact): string {
  const by = typeof meta.patched_by === "string" ? meta.patched_by : null;
  if (typeof meta.reverted_to === "number")
    return `Version ${meta.reverted_to} again${by === null ? "" : `, by ${by}`}`;
  return by === null ? `Made by ${meta.made_by}` : `Patched by ${by}`;
}
