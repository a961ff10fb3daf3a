import type { Job } from "@greenlight/contract/job";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../lib/use-api.ts";
import { stageWords } from "../lib/words.ts";
import { ArtifactView } from "./artifact-view.tsx";
import { ProblemNote } from "./problem-note.tsx";

/** What stands at the open gate, and the decision. The decision names the versions that were shown. */
export function GatePanel(props: {
  job: Job;
  stage: string;
  /** Told why the server refused a decision; the gate may be gone by then, and this panel with it. */
  onRefused: (error: unknown) => void;
}) {
  const { job, stage, onRefused } = props;
  const api = useApi();
  const queries = useQueryClient();
  const [notes, setNotes] = useState("");
  const [asked, setAsked] = useState(false);
  const gate = job.gates.find((one) => one.stage === stage);
  const decide = useMutation({
    mutationFn: (verdict: "approve" | "reject") => {
      const seen = gate ? { artifact_sha256s: gate.artifact_sha256s } : {};
      const said = notes.trim() === "" ? {} : { notes: notes.trim() };
      return api[verdict](job.id, { stage, ...said, ...seen });
    },
    onSuccess: (next) => queries.setQueryData(["job", job.id], next),
    onError: (error) => {
      onRefused(error);
      return queries.invalidateQueries({ queryKey: ["job", job.id] });
    },
  });
  const reject = () => {
    if (notes.trim() === "") {
      setAsked(true);
      document.getElementById("gate-notes")?.focus();
    } else decide.mutate("reject");
  };
  const artifacts = job.artifacts.filter((artifact) => artifact.stage === stage);
  return (
    <section aria-labelledby="gate-heading" className="card overflow-hidden border-warn">
      <div className="border-b border-line bg-warn-soft px-4 py-3 sm:px-5">
        <h2 id="gate-heading" className="font-semibold">
          {stageWords(stage)}: approve or reject
        </h2>
        <p className="text-sm text-muted">The job waits here until you decide.</p>
      </div>
      <div className="space-y-4 p-4 sm:p-5">
        <ArtifactView jobId={job.id} artifacts={artifacts} />
        <form
          className="space-y-4 border-t border-line pt-4"
          onSubmit={(event) => {
            event.preventDefault();
            decide.mutate("approve");
          }}
        >
          <div>
            <label htmlFor="gate-notes" className="label">
              Notes
            </label>
            <textarea
              id="gate-notes"
              rows={3}
              className="field"
              value={notes}
              aria-invalid={asked && notes.trim() === ""}
              aria-describedby="gate-notes-hint"
              onChange={(event) => setNotes(event.target.value)}
            />
            <p
              id="gate-notes-hint"
              className={asked && notes.trim() === "" ? "mt-1 text-xs text-danger" : "hint"}
            >
              A rejection needs notes: the stage runs again with them when you resume the job.
            </p>
          </div>
          <ProblemNote error={decide.error} />
          <div className="flex flex-col gap-2 sm:flex-row">
            <button type="submit" disabled={decide.isPending} className="button button-primary">
              Approve and go on
            </button>
            <button
              type="button"
              disabled={decide.isPending}
              className="button button-danger"
              onClick={reject}
            >
              Reject
            </button>
          </div>
        </form>
      </div>
    </section>
  );
}
