import type { Artifact } from "@greenlight/contract/artifact";
import type { Job } from "@greenlight/contract/job";
import { versionsPath } from "../../lib/route.ts";
import { Link } from "../link.tsx";

/** Told in place of letting somebody decide on what they have not seen. */
export function StaleNotice(props: {
  job: Job;
  shown: readonly Artifact[];
  changed: readonly Artifact[];
  onLook: () => void;
}) {
  const { job, shown, changed, onLook } = props;
  return (
    <div role="alert" className="rounded-lg border border-warn bg-warn-soft p-4 text-sm">
      <p className="font-medium">This changed since you looked; look again.</p>
      <ul className="mt-1 space-y-0.5">
        {changed.slice(0, 5).map((artifact) => {
          const before = shown.find((one) => one.id === artifact.id);
          const by = artifact.meta.patched_by;
          return (
            <li key={artifact.id} className="wrap-anywhere">
              {artifact.name} is now version {artifact.version}
              {typeof by === "string" && `, by ${by}`}
              {before && (
                <>
                  {" "}
                  <Link
                    to={versionsPath(job.id, artifact.id, before.version, artifact.version)}
                    className="link"
                  >
                    Compare
                  </Link>
                </>
              )}
            </li>
          );
        })}
        {changed.length > 5 && <li>and {changed.length - 5} more</li>}
      </ul>
      <button type="button" className="button mt-3" onClick={onLook}>
        Look again
      </button>
    </div>
  );
}
