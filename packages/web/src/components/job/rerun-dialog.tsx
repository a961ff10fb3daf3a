import type { Job } from "@greenlight/contract/job";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useApi } from "../../lib/use-api.ts";
import { listWords, stageWords } from "../../lib/words.ts";
import { Dialog } from "../dialog.tsx";
import { Field } from "../field.tsx";
import { ProblemNote } from "../problem-note.tsx";

/** Goes back to an earlier stage with notes: a paused job resumes from there, an ended one runs again. */
export function RerunDialog(props: { job: Job; onDone: (next: Job) => void; onClose: () => void }) {
  const { job, onDone, onClose } = props;
  const api = useApi();
  const isPaused = job.status === "paused";
  const here = job.stages.findIndex((stage) => stage.id === job.stage);
  // A completed job is at no stage: it has come to them all.
  const reached = here < 0 ? job.stages : job.stages.slice(0, here + 1);
  const [from, setFrom] = useState((reached.at(-1) ?? job.stages[0])?.id ?? "");
  const at = job.stages.findIndex((stage) => stage.id === from);
  const again = job.stages.filter((stage, index) => index >= at && stage.status !== "skipped");
  // Resuming at the stage at hand goes on there; it runs again only after a rejection.
  const rejected = job.gates.some((gate) => gate.stage === job.stage && gate.approved === false);
  const runs = !isPaused || from !== job.stage || rejected;
  const start = useMutation({
    mutationFn: (form: FormData) => {
      const notes = String(form.get("notes") ?? "").trim();
      const said = notes === "" ? {} : { notes };
      const keep_patches = form.get("keep_patches") === "on";
      const onlyThese = form.get("keep_notes") === "on" ? {} : { keep_notes: false };
      const kept = runs ? { keep_patches, ...onlyThese } : {};
      if (isPaused) return api.resume(job.id, { ...said, ...kept, stage: from });
      return api.retry(job.id, { ...said, ...kept, from_stage: from, reopen: form.get("reopen") === "on" });
    },
    onSuccess: onDone,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    start.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog title={isPaused ? "Resume from a stage" : "Run again from a stage"} onClose={onClose}>
      <form onSubmit={submit} className="space-y-4">
        <Field label="From">
          {(id) => (
            <select id={id} className="field" value={from} onChange={(event) => setFrom(event.target.value)}>
              {reached.map((stage) => (
                <option key={stage.id} value={stage.id}>
                  {stageWords(stage.id)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <p className="rounded-lg bg-sunken px-3 py-2 text-sm" role="status">
          {runs
            ? `Runs again: ${listWords(again.map(({ id }) => stageWords(id)))}. Where nothing has changed, what was made is reused.`
            : `The job goes on at ${stageWords(from)}, where it stood.`}
        </p>
        <Field label="Notes" hint={`What ${stageWords(from).toLowerCase()} should do differently.`}>
          {(id, hint) => (
            <textarea
              id={id}
              aria-describedby={hint}
              name="notes"
              rows={3}
              maxLength={10_000}
              className="field"
            />
          )}
        </Field>
        <div className="space-y-2 text-sm">
          {!isPaused && (
            <Check
              name="reopen"
              label="Ask again at every gate from there on"
              hint="Otherwise only where something changed."
            />
          )}
          {runs && (
            <>
              <Check
                name="keep_patches"
                label={`Keep the changes made by hand to ${stageWords(from).toLowerCase()}`}
                hint="They are laid over its new output."
                preset
              />
              <Check
                name="keep_notes"
                label={`Heed the notes given to ${stageWords(from).toLowerCase()} before, too`}
                hint="Otherwise only those above count."
                preset
              />
            </>
          )}
        </div>
        <ProblemNote error={start.error} />
        <button type="submit" className="button button-primary" disabled={start.isPending}>
          {isPaused ? `Resume from ${stageWords(from)}` : `Run again from ${stageWords(from)}`}
        </button>
      </form>
    </Dialog>
  );
}

function Check(props: { name: string; label: string; hint: string; preset?: boolean }) {
  const { name, label, hint, preset = false } = props;
  return (
    <label className="flex cursor-pointer gap-2.5">
      <input
        type="checkbox"
        name={name}
        defaultChecked={preset}
        className="mt-0.5 size-4 accent-[var(--accent)]"
      />
      <span>
        {label}
        <span className="block text-xs text-muted">{hint}</span>
      </span>
    </label>
  );
}
