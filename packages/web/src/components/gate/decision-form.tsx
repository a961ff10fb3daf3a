import type { Artifact } from "@greenlight/contract/artifact";
import type { GateStatus } from "@greenlight/contract/gate";
import type { Job } from "@greenlight/contract/job";
import type { Patch } from "@greenlight/contract/patch";
import { ProblemError } from "@greenlight/contract/problem-error";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { approvalBar, type Bar, gateBar } from "../../lib/bars.ts";
import { useApi, useMe } from "../../lib/use-api.ts";
import { countWords } from "../../lib/words.ts";
import { ActionButton, BarNote } from "../action-button.tsx";
import { PatchPanel } from "../patch/patch-panel.tsx";
import { patchWords } from "../patch/patch-words.ts";
import { ProblemNote } from "../problem-note.tsx";
import type { BeatNotes } from "./beat-choice.ts";
import { beatLines, gateLines, unfilledIn } from "./gate-lines.ts";
import { NotesField } from "./notes-field.tsx";
import { SpeakerField } from "./speaker-field.tsx";

type Props = {
  job: Job;
  stage: string;
  gate: GateStatus | undefined;
  /** What the decision names. */
  shown: readonly Artifact[];
  beats: BeatNotes;
  isStale: boolean;
  onTaken: (next: Job) => void;
  onRefused: (error: unknown) => void;
};

/** Approve or reject in one request: with notes, single beats, and a patch that is laid over the output first. */
export function DecisionForm({ job, stage, gate, shown, beats, isStale, onTaken, onRefused }: Props) {
  const api = useApi();
  const me = useMe();
  const queries = useQueryClient();
  const [notes, setNotes] = useState("");
  const [asked, setAsked] = useState(false);
  const [speaker, setSpeaker] = useState("");
  const [attached, setAttached] = useState<Patch | null>(null);
  const by = speaker.trim() === "" ? me.name : speaker.trim();

  const decide = useMutation({
    mutationFn: (verdict: "approve" | "reject") => {
      const decision = {
        stage,
        artifact_sha256s: shown.map((artifact) => artifact.sha256),
        ...(notes.trim() === "" ? {} : { notes: notes.trim() }),
        ...(by === me.name ? {} : { by }),
        ...(attached === null ? {} : { patch: attached }),
      };
      if (verdict === "approve") return api.approve(job.id, decision);
      const again = [...beats].map(([beat_id, said]) => ({ beat_id, notes: said.trim() }));
      return api.reject(job.id, { ...decision, ...(again.length === 0 ? {} : { beats: again }) });
    },
    onSuccess: (next) => {
      setNotes("");
      setAttached(null);
      onTaken(next);
    },
    onError: (error) => {
      onRefused(error);
      return queries.invalidateQueries({ queryKey: ["job", job.id] });
    },
  });

  const stale: Bar = isStale ? "This changed since you looked: look again first." : null;
  const picked: Bar = beats.size > 0 ? "Beats are ticked to be made again: untick them to approve." : null;
  const both: Bar =
    beats.size > 0 && attached !== null ? "A rejection takes ticked beats or a patch, not both." : null;
  const approveBar = stale ?? (gate ? approvalBar(me, by, gate, job) : null) ?? picked;
  // With a patch a rejection goes on as an approval of what the patch makes.
  const mayReject = gate && (attached === null ? gateBar(me, by, gate) : approvalBar(me, by, gate, job));
  const rejectBar = stale ?? mayReject ?? both ?? leftOpen(beats, gate);
  const missing = notes.trim() === "" && beats.size === 0;
  const groups = gateLines(gate?.directions ?? []);
  const unfilled = unfilledIn(notes, groups);
  const reject = () => {
    setAsked(true);
    if (missing || unfilled !== null) document.getElementById("gate-notes")?.focus();
    else decide.mutate("reject");
  };
  // A stale refusal is told by the notice that shows what changed.
  const refusal =
    isStale && decide.error instanceof ProblemError && decide.error.code === "gate_stale_artifact"
      ? null
      : decide.error;
  return (
    <div className="space-y-4 border-t border-line pt-4">
      <PatchPanel
        job={job}
        stage={stage}
        onApplied={onTaken}
        onAttach={(patch) => {
          setAttached(patch);
          document.getElementById("gate-notes")?.focus();
        }}
      />
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          decide.mutate("approve");
        }}
      >
        {attached && (
          <p className="flex flex-wrap items-center gap-2 rounded-lg border border-line bg-accent-soft px-3 py-2 text-sm">
            <span className="min-w-0 grow wrap-anywhere">
              <span className="font-medium">With this patch:</span> {patchWords(attached)}
            </span>
            <button type="button" className="button button-small" onClick={() => setAttached(null)}>
              Leave the patch out
            </button>
          </p>
        )}
        {gate && <SpeakerField gate={gate} value={speaker} onChange={setSpeaker} />}
        <NotesField
          value={notes}
          isMissing={asked && missing}
          unfilled={asked ? unfilled : null}
          groups={groups}
          hasBeats={job.artifacts.some((artifact) => artifact.kind === "storyboard")}
          onChange={setNotes}
        />
        <ProblemNote error={refusal} />
        <div className="flex flex-col gap-2 sm:flex-row">
          <ActionButton submit look="button-primary" bar={approveBar} busy={decide.isPending}>
            {attached ? "Approve with the patch" : "Approve and go on"}
          </ActionButton>
          <ActionButton look="button-danger" bar={rejectBar} busy={decide.isPending} onClick={reject}>
            {attached
              ? "Reject, mend with the patch"
              : beats.size > 0
                ? `Reject ${countWords(beats.size, "beat")}`
                : "Reject"}
          </ActionButton>
        </div>
        <BarNote bars={[approveBar, rejectBar]} />
      </form>
    </div>
  );
}

/** Of a note on a beat that still holds what a direction left to be filled in. */
function leftOpen(beats: BeatNotes, gate: GateStatus | undefined): Bar {
  const groups = beatLines(gate?.directions ?? []);
  for (const [id, notes] of beats) {
    const blank = unfilledIn(notes, groups);
    if (blank !== null) return `Write what is meant in place of ${blank} in the note of ${id}.`;
  }
  return null;
}
