import { type ReactNode, useId } from "react";

/** What the control of a field spreads, so that its hint and its error are read out with it. */
export type FieldControl = { id: string; "aria-describedby"?: string; "aria-invalid": boolean };

/** A control with its label, its hint, and below it what is wrong with it. */
export function FormField(props: {
  label: string;
  hint?: string;
  error?: string | null;
  children: (control: FieldControl) => ReactNode;
}) {
  const { label, hint, error = null, children } = props;
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error !== null && `${id}-error`].filter(Boolean);
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="label">
        {label}
      </label>
      {children({
        id,
        "aria-invalid": error !== null,
        ...(described.length > 0 ? { "aria-describedby": described.join(" ") } : {}),
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
      {error !== null && (
        <p id={`${id}-error`} className="error">
          {error}
        </p>
      )}
    </div>
  );
}
