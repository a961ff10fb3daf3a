import type { Job } from "@greenlight/contract/job";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { roleBar } from "../../lib/bars.ts";
import { useApi, useMe } from "../../lib/use-api.ts";
import { clockWords } from "../../lib/words.ts";
import { ActionButton } from "../action-button.tsx";
import { Dialog } from "../dialog.tsx";
import { Field } from "../field.tsx";
import { ProblemNote } from "../problem-note.tsx";

const HOURS = [1, 8, 24, 72, 168, 720];

/** Makes a link by which one person decides this gate once, without a token. */
export function LinkButton({ job, stage }: { job: Job; stage: string }) {
  const me = useMe();
  const [open, setOpen] = useState(false);
  const bar = roleBar(me, "approve");
  return (
    <div>
      <ActionButton look="button-small" bar={bar} onClick={() => setOpen(true)}>
        Decision link…
      </ActionButton>
      {open && <LinkDialog job={job} stage={stage} onClose={() => setOpen(false)} />}
    </div>
  );
}

function LinkDialog({ job, stage, onClose }: { job: Job; stage: string; onClose: () => void }) {
  const api = useApi();
  const me = useMe();
  const [copied, setCopied] = useState<"yes" | "no" | null>(null);
  const mayName = me.may.speak_for_others.allowed;
  const make = useMutation({
    mutationFn: (form: FormData) =>
      api.createDecisionLink(job.id, stage, {
        for: String(form.get("for")).trim(),
        expires_in_s: Number(form.get("hours")) * 3600,
      }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setCopied(null);
    make.mutate(new FormData(event.currentTarget));
  };
  const copy = async (url: string) => {
    const written = await navigator.clipboard?.writeText(url).then(
      () => true,
      () => false,
    );
    if (written !== true) document.querySelector<HTMLInputElement>("#decision-link")?.select();
    setCopied(written === true ? "yes" : "no");
  };
  return (
    <Dialog title="A link to decide by" onClose={onClose}>
      <p className="text-sm text-muted">
        Whoever opens it can approve or reject what stands at this gate now, once, as the person it is made
        for. Opening it changes nothing.
      </p>
      <form onSubmit={submit} className="space-y-4">
        <Field
          label="For"
          hint={
            mayName ? "Name that the decision will carry." : "Only an admin makes links for another name."
          }
        >
          {(id, hint) => (
            <input
              id={id}
              name="for"
              aria-describedby={hint}
              required
              maxLength={100}
              readOnly={!mayName}
              defaultValue={mayName ? "" : me.name}
              autoComplete="off"
              className="field read-only:bg-sunken"
            />
          )}
        </Field>
        <Field label="Good for">
          {(id) => (
            <select id={id} name="hours" defaultValue="24" className="field">
              {HOURS.map((hours) => (
                <option key={hours} value={hours}>
                  {hours < 48 ? `${hours} ${hours === 1 ? "hour" : "hours"}` : `${hours / 24} days`}
                </option>
              ))}
            </select>
          )}
        </Field>
        <ProblemNote error={make.error} />
        <button type="submit" className="button button-primary" disabled={make.isPending}>
          Make the link
        </button>
      </form>
      {make.data && (
        <div className="space-y-2 border-t border-line pt-4">
          <label htmlFor="decision-link" className="label">
            Link, shown this once
          </label>
          <div className="flex gap-2">
            <input id="decision-link" readOnly value={make.data.url} className="field font-mono text-xs" />
            <button type="button" className="button" onClick={() => copy(make.data.url)}>
              Copy
            </button>
          </div>
          <p className="hint" role="status">
            {copied === "yes" && "Copied. "}
            {copied === "no" && "The browser would not copy; the link is selected, copy it by hand. "}
            Good until {clockWords(make.data.expires_at)}.
          </p>
        </div>
      )}
    </Dialog>
  );
}
