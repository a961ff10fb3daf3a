import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { roleBar } from "../lib/bars.ts";
import { jobRequestOf } from "../lib/job-request.ts";
import { navigate } from "../lib/route.ts";
import { useApi, useMe } from "../lib/use-api.ts";
import { slugWords } from "../lib/words.ts";
import { ActionButton, BarNote } from "./action-button.tsx";
import { BriefFields } from "./brief-fields.tsx";
import { Field } from "./field.tsx";
import { ProblemNote } from "./problem-note.tsx";

/** Submits a job: a name, and either free text or the fields of a brief. */
export function SubmitForm() {
  const api = useApi();
  const bar = roleBar(useMe(), "submit");
  const [way, setWay] = useState<"brief" | "text">("brief");
  const [title, setTitle] = useState("");
  const [slug, setSlug] = useState<string | null>(null);
  const pipelines = useQuery({ queryKey: ["pipelines"], queryFn: () => api.pipelines() });
  const submit = useMutation({
    mutationFn: async (form: FormData) => api.createJob(await jobRequestOf(form, way, api)),
    onSuccess: (job) => navigate(`/jobs/${job.id}`),
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (bar !== null) return;
    submit.mutate(new FormData(event.currentTarget));
  };
  return (
    <form onSubmit={onSubmit} className="mx-auto max-w-2xl space-y-6">
      <h1 className="text-2xl font-semibold tracking-tight">New job</h1>
      <div className="card space-y-4 p-4 sm:p-6">
        <Field label="Title">
          {(id) => (
            <input
              id={id}
              name="title"
              required
              maxLength={200}
              className="field"
              value={title}
              onChange={(event) => setTitle(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Short name"
          hint="Lower-case letters, digits and hyphens; made from the title unless you change it."
        >
          {(id, hint) => (
            <input
              id={id}
              aria-describedby={hint}
              name="slug"
              required
              maxLength={64}
              pattern="[a-z0-9]+(-[a-z0-9]+)*"
              className="field"
              value={slug ?? slugWords(title)}
              onChange={(event) => setSlug(event.target.value)}
            />
          )}
        </Field>
        <Field label="Intent" hint="What the video is for, in a sentence.">
          {(id, hint) => (
            <input
              id={id}
              aria-describedby={hint}
              name="intent"
              required
              maxLength={2000}
              className="field"
            />
          )}
        </Field>
      </div>
      <fieldset className="card space-y-4 p-4 sm:p-6">
        <legend className="sr-only">What the video says</legend>
        <Ways way={way} onChange={setWay} />
        {way === "brief" ? (
          <BriefFields />
        ) : (
          <Field
            label="What should the video say?"
            hint="Several sentences: the built-in writer only says what it is told."
          >
            {(id, hint) => (
              <textarea
                id={id}
                aria-describedby={hint}
                name="free_text"
                required
                rows={10}
                className="field"
              />
            )}
          </Field>
        )}
      </fieldset>
      <details className="card">
        <summary className="fold px-4 py-3 font-medium sm:px-6">More settings</summary>
        <div className="grid gap-4 border-t border-line p-4 sm:grid-cols-2 sm:p-6">
          <Field label="Pipeline">
            {(id) => (
              <select id={id} name="pipeline" defaultValue="explainer" className="field">
                {(pipelines.data ?? [{ name: "explainer" }]).map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Seed" hint="Same seed, same bytes. Empty: chosen by the server.">
            {(id, hint) => (
              <input
                id={id}
                aria-describedby={hint}
                name="seed"
                type="number"
                min={0}
                max={2 ** 32 - 1}
                className="field"
              />
            )}
          </Field>
          <label className="flex items-start gap-3 text-sm sm:col-span-2">
            <input type="checkbox" name="automated" className="mt-0.5 size-4 accent-accent" />
            <span>
              Run without me
              <span className="block text-xs text-muted">Every gate is approved at once.</span>
            </span>
          </label>
        </div>
      </details>
      <ProblemNote error={submit.error} />
      <div className="space-y-2">
        <ActionButton submit bar={bar} busy={submit.isPending} look="button-primary w-full sm:w-auto">
          {submit.isPending ? "Submitting…" : "Submit job"}
        </ActionButton>
        <BarNote bars={[bar]} />
      </div>
    </form>
  );
}

function Ways({ way, onChange }: { way: "brief" | "text"; onChange: (way: "brief" | "text") => void }) {
  const name = useId();
  const option = (value: "brief" | "text", label: string) => (
    <label
      className={`grow cursor-pointer rounded-md px-3 py-1.5 text-center text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent ${
        way === value ? "bg-surface font-medium shadow-sm" : "text-muted"
      }`}
    >
      <input
        type="radio"
        name={name}
        className="sr-only"
        checked={way === value}
        onChange={() => onChange(value)}
      />
      {label}
    </label>
  );
  return (
    <div className="flex gap-1 rounded-lg border border-line bg-sunken p-1">
      {option("brief", "Brief with sources")}
      {option("text", "Free text")}
    </div>
  );
}
