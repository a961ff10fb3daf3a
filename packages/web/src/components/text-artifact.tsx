import type { Artifact } from "@greenlight/contract/artifact";
import { type AcceptanceReport, acceptanceReport } from "@greenlight/contract/documents";
import { type Storyboard, storyboard } from "@greenlight/contract/storyboard";
import { useArtifactText } from "../lib/use-artifact-text.ts";
import { AcceptanceTable } from "./acceptance-table.tsx";
import { BeatTable } from "./beat-table.tsx";
import { ProblemNote } from "./problem-note.tsx";
import { ScriptText } from "./script-text.tsx";

type Shown =
  | { as: "script"; text: string }
  | { as: "storyboard"; storyboard: Storyboard }
  | { as: "acceptance"; report: AcceptanceReport }
  | { as: "plain"; text: string };

/** A text or JSON output in the form a person reads best. */
export function TextArtifact(props: {
  jobId: string;
  artifact: Artifact;
  /** Shows the film at so many seconds; for the report's timecodes. */
  onSeek?: (seconds: number) => void;
}) {
  const { jobId, artifact, onSeek } = props;
  const { data, error } = useArtifactText(jobId, artifact);
  if (error) return <ProblemNote error={error} />;
  if (data === undefined) return <p className="text-sm text-muted">Loading {artifact.name}…</p>;
  const shown = readAs(artifact, data);
  if (shown.as === "script") return <ScriptText text={shown.text} />;
  if (shown.as === "storyboard") return <BeatTable storyboard={shown.storyboard} />;
  if (shown.as === "acceptance") return <AcceptanceTable report={shown.report} onSeek={onSeek} />;
  return (
    <details className="rounded-lg border border-line">
      <summary className="fold px-3 py-2 text-sm font-medium">{artifact.name}</summary>
      <pre className="max-h-96 overflow-auto border-t border-line bg-sunken p-3 text-xs">{shown.text}</pre>
    </details>
  );
}

function readAs(artifact: Artifact, text: string): Shown {
  if (artifact.kind === "script" && artifact.media_type.startsWith("text/")) return { as: "script", text };
  if (!artifact.media_type.includes("json")) return { as: "plain", text };
  const value: unknown = JSON.parse(text);
  const board = artifact.kind === "storyboard" ? storyboard.safeParse(value) : undefined;
  if (board?.success) return { as: "storyboard", storyboard: board.data };
  const report = artifact.kind === "acceptance_report" ? acceptanceReport.safeParse(value) : undefined;
  if (report?.success) return { as: "acceptance", report: report.data };
  return { as: "plain", text: JSON.stringify(value, null, 2) };
}
