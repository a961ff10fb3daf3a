import { type ReactNode, useId } from "react";

type FieldProps = {
  label: string;
  hint?: string;
  children: (id: string, hintId: string | undefined) => ReactNode;
};

/** A control with its label, and a hint read out with it. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  return (
    <div>
      <label htmlFor={id} className="label">
        {label}
      </label>
      {children(id, hintId)}
      {hint !== undefined && (
        <p id={hintId} className="hint">
          {hint}
        </p>
      )}
    </div>
  );
}
