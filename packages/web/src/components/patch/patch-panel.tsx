import type { Job } from "@greenlight/contract/job";
import type { Patch, PatchType } from "@greenlight/contract/patch";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FC, useCallback, useId, useState } from "react";
import { patchBar, roleBar } from "../../lib/bars.ts";
import { useApi, useMe } from "../../lib/use-api.ts";
import { useArtifactText, useStoryboard } from "../../lib/use-artifact-text.ts";
import { listWords, stageWords } from "../../lib/words.ts";
import { ActionButton, BarNote } from "../action-button.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { BeatEditForm } from "./beat-edit-form.tsx";
import { DurationForm } from "./duration-form.tsx";
import { JsonForm } from "./json-form.tsx";
import { LevelForm } from "./level-form.tsx";
import {
  fieldErrorsOf,
  missing,
  type PatchDraft,
  type PatchFormProps,
  type PatchSource,
} from "./patch-form.ts";
import { PATCH_NAMES } from "./patch-words.ts";
import { PictureForm } from "./picture-form.tsx";
import { isEditable, ReplaceForm } from "./replace-form.tsx";
import { SectionForm } from "./section-form.tsx";
import { TextReplaceForm } from "./text-replace-form.tsx";

/** The form of each kind; a revert is offered among an output's versions. */
const FORMS: Readonly<Partial<Record<PatchType, FC<PatchFormProps>>>> = {
  duration_adjust: DurationForm,
  beat_edit: BeatEditForm,
  text_replace: TextReplaceForm,
  section_replace: SectionForm,
  level_adjust: LevelForm,
  asset_replace: PictureForm,
  replace: ReplaceForm,
  json_patch: JsonForm,
};

type Props = {
  job: Job;
  stage: string;
  onApplied: (next: Job) => void;
  /** At an open gate: takes the patch into the decision instead. */
  onAttach?: (patch: Patch) => void;
};

/** Changes a stage's output by a form for each kind of patch that fits it; nothing is loaded until it is opened. */
export function PatchPanel(props: Props) {
  const { job, stage } = props;
  const [open, setOpen] = useState(false);
  // A form starts from what stands: when that changes, it starts anew.
  const standing = job.artifacts.filter((one) => one.stage === stage).map((one) => one.sha256);
  return (
    <details
      className="group/patch rounded-lg border border-line"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="flex items-center gap-3 px-3 py-2.5 text-sm font-medium">
        <span aria-hidden="true" className="text-muted group-open/patch:rotate-90">
          ›
        </span>
        Change the {stageWords(stage).toLowerCase()} yourself
      </summary>
      {open && <PatchKinds {...props} key={standing.join()} />}
    </details>
  );
}

function PatchKinds(props: Props) {
  const { job, stage } = props;
  const api = useApi();
  const kinds = useQuery({
    queryKey: ["patch_types"],
    queryFn: () => api.patchTypes(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const artifacts = job.artifacts.filter((artifact) => artifact.stage === stage);
  const storyboard = useStoryboard(job.id, job.artifacts);
  const script = useArtifactText(
    job.id,
    artifacts.find((artifact) => artifact.kind === "script"),
  ).data;
  const [picked, setPicked] = useState<PatchType | null>(null);
  const name = useId();
  const needsBoard = job.artifacts.some((artifact) => artifact.kind === "storyboard");
  const needsScript = artifacts.some((artifact) => artifact.kind === "script");
  if (kinds.error) return <ProblemNote error={kinds.error} />;
  if (!kinds.data || (needsBoard && !storyboard) || (needsScript && script === undefined))
    return <p className="border-t border-line p-3 text-sm text-muted">Loading…</p>;
  const fitting = kinds.data.filter(({ type, stages }) => {
    if (!(type in FORMS)) return false;
    if (type === "json_patch") return artifacts.some((one) => one.media_type === "application/json");
    if (type === "replace") return artifacts.some(isEditable);
    return stages.includes(stage);
  });
  const kind = fitting.find(({ type }) => type === picked) ?? fitting[0];
  if (kind === undefined)
    return (
      <p className="border-t border-line p-3 text-sm text-muted">
        What this stage makes is changed at its source, an earlier stage.
      </p>
    );
  const source: PatchSource = { job, stage, artifacts, storyboard, script };
  return (
    <div className="space-y-4 border-t border-line p-3 sm:p-4">
      <fieldset>
        <legend className="sr-only">Kind of change</legend>
        <div className="flex flex-wrap gap-1.5">
          {fitting.map(({ type }) => (
            <label key={type} className="choice">
              <input
                type="radio"
                name={name}
                className="sr-only"
                checked={type === kind.type}
                onChange={() => setPicked(type as PatchType)}
              />
              {PATCH_NAMES[type as PatchType]}
            </label>
          ))}
        </div>
      </fieldset>
      <p className="text-xs text-muted">{kind.description.replaceAll("`", "")}</p>
      <OneKind {...props} key={kind.type} type={kind.type as PatchType} source={source} />
      <details className="text-xs">
        <summary className="fold text-muted">Example and schema for the API</summary>
        <pre className="mt-2 max-h-60 overflow-auto rounded-lg bg-sunken p-3">
          {JSON.stringify({ example: kind.example, schema: kind.schema }, null, 2)}
        </pre>
      </details>
    </div>
  );
}

function OneKind(props: Props & { type: PatchType; source: PatchSource }) {
  const { job, stage, onApplied, onAttach, type, source } = props;
  const api = useApi();
  const me = useMe();
  const [draft, setDraft] = useState<PatchDraft>(() => missing("Fill in the form first."));
  const [tried, setTried] = useState(false);
  const onDraft = useCallback((next: PatchDraft) => setDraft(next), []);
  const send = useMutation({
    mutationFn: async (use: "apply" | "attach") => {
      if (!draft.ready) throw new Error(draft.missing);
      const patch = await draft.make();
      if (use === "attach") onAttach?.(patch);
      else onApplied(await api.applyPatch(job.id, stage, patch));
    },
  });
  const start = (use: "apply" | "attach") => {
    setTried(true);
    if (draft.ready) send.mutate(use);
  };
  const Form = FORMS[type];
  if (Form === undefined) return null;
  const bar = patchBar(me, job, stage) ?? (type === "asset_replace" ? roleBar(me, "upload") : null);
  const behind = stagesBehind(job, stage);
  return (
    <div className="space-y-4">
      <Form source={source} onDraft={onDraft} errorAt={fieldErrorsOf(send.error)} />
      <p role="status" className={tried && !draft.ready ? "error" : "sr-only"}>
        {tried && !draft.ready && draft.missing}
      </p>
      {draft.ready && <ProblemNote error={send.error} />}
      <div className="flex flex-wrap gap-2">
        <ActionButton bar={bar} busy={send.isPending} onClick={() => start("apply")}>
          {onAttach ? "Apply, look again" : "Apply"}
        </ActionButton>
        {onAttach && (
          <ActionButton bar={bar} busy={send.isPending} onClick={() => start("attach")}>
            Take it into the decision
          </ActionButton>
        )}
      </div>
      <BarNote bars={[bar]} />
      {behind.length > 0 && (
        <p className="hint">
          Then {listWords(behind.map(stageWords))} {behind.length === 1 ? "runs" : "run"} again; what did not
          change is reused.
        </p>
      )}
    </div>
  );
}

/** Later stages that made something of this one's output. */
function stagesBehind(job: Job, stage: string): string[] {
  const at = job.stages.findIndex((one) => one.id === stage);
  return job.stages.filter((one, index) => index > at && one.attempt > 0).map((one) => one.id);
}
