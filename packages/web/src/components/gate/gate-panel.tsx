import type { Job } from "@greenlight/contract/job";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { gateBar } from "../../lib/bars.ts";
import { useMe } from "../../lib/use-api.ts";
import { useContentUrl } from "../../lib/use-content-url.ts";
import { useGateStatus } from "../../lib/use-gate-status.ts";
import { stageWords } from "../../lib/words.ts";
import { ArtifactView } from "../artifact-view.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { type BeatChoice, BeatChoiceContext, type BeatNotes } from "./beat-choice.ts";
import { DecisionForm } from "./decision-form.tsx";
import { GateBeats } from "./gate-beats.tsx";
import { GateHistory } from "./gate-history.tsx";
import { GateStanding } from "./gate-standing.tsx";
import { LinkButton } from "./link-button.tsx";
import { StaleNotice } from "./stale-notice.tsx";
import { useShownArtifacts } from "./use-shown-artifacts.ts";

/** What stands at the open gate, who has to say what, and the decision. The decision names the versions shown. */
export function GatePanel(props: {
  job: Job;
  stage: string;
  /** Told why the server refused a decision; the gate may be gone by then, and this panel with it. */
  onRefused: (error: unknown) => void;
}) {
  const { job, stage, onRefused } = props;
  const me = useMe();
  const queries = useQueryClient();
  const { gate, error, read_at } = useGateStatus(job, stage);
  const current = job.artifacts.filter((artifact) => artifact.stage === stage);
  const { shown, changed, isStale, look } = useShownArtifacts(current);
  const [beats, setBeats] = useState<BeatNotes>(new Map());
  const url = useContentUrl(job.id);
  const mayDecide =
    gate === undefined || gateBar(me, me.name, gate) === null || me.may.speak_for_others.allowed;
  const directions = gate?.directions;
  const choice: BeatChoice = useMemo(
    () => ({
      chosen: beats,
      choose: (id, notes) =>
        setBeats((before) => {
          const after = new Map(before);
          if (notes === null) after.delete(id);
          else after.set(id, notes);
          return after;
        }),
      pictureOf: (id) => {
        const picture = shown.find(
          ({ name, media_type }) => media_type.startsWith("image/") && name.replace(/\.\w+$/, "") === id,
        );
        return picture && url?.(picture);
      },
      directions: directions ?? [],
      disabled: !mayDecide,
    }),
    [beats, shown, url, directions, mayDecide],
  );
  const take = (next: Job) => {
    queries.setQueryData(["job", job.id], next);
    look(next.artifacts.filter((artifact) => artifact.stage === stage));
  };
  return (
    <section aria-labelledby="gate-heading" className="card overflow-hidden border-warn">
      <div className="flex flex-wrap items-start justify-between gap-3 border-b border-line bg-warn-soft px-4 py-3 sm:px-5">
        <div>
          <h2 id="gate-heading" className="font-semibold">
            {stageWords(stage)}: approve or reject
          </h2>
          <p className="text-sm text-muted">The job waits here until you decide.</p>
        </div>
        <LinkButton job={job} stage={stage} />
      </div>
      {error ? <ProblemNote error={error} /> : <GateStanding gate={gate} job={job} readAt={read_at} />}
      <div className="space-y-4 p-4 sm:p-5">
        <GateHistory job={job} stage={stage} artifacts={shown} gate={gate} />
        <BeatChoiceContext value={choice}>
          <ArtifactView jobId={job.id} artifacts={shown} />
          <GateBeats job={job} stage={stage} />
        </BeatChoiceContext>
        {isStale && <StaleNotice job={job} shown={shown} changed={changed} onLook={() => look(current)} />}
        <DecisionForm
          job={job}
          stage={stage}
          gate={gate}
          shown={shown}
          beats={beats}
          isStale={isStale}
          onTaken={take}
          onRefused={onRefused}
        />
      </div>
    </section>
  );
}
