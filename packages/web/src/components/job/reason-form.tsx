import type { ReactNode } from "react";
import { Field } from "../field.tsx";
import { ProblemNote } from "../problem-note.tsx";

/** Tells the consequences (`children`) and asks for a reason that may be left out (`""`), then does it. */
export function ReasonForm(props: {
  children: ReactNode;
  /** What the button that does it says, and how it looks. */
  action: string;
  button: "button-primary" | "button-danger";
  isPending: boolean;
  error: unknown;
  onSubmit: (reason: string) => void;
  onClose: () => void;
}) {
  const { children, action, button, isPending, error, onSubmit, onClose } = props;
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(String(new FormData(event.currentTarget).get("notes")).trim());
      }}
    >
      {children}
      <Field label="Why (optional)">
        {(id) => <textarea id={id} name="notes" rows={2} maxLength={10_000} className="field" />}
      </Field>
      <ProblemNote error={error} />
      <div className="flex flex-wrap gap-2">
        <button type="submit" className={`button ${button}`} disabled={isPending}>
          {action}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Keep it going
        </button>
      </div>
    </form>
  );
}
