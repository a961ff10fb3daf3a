import { useRef } from "react";
import { DirectionHints } from "./direction-hints.tsx";
import type { LineGroup } from "./gate-lines.ts";

/** What the decision is given with. */
export function NotesField(props: {
  value: string;
  isMissing: boolean;
  /** What a direction left to be filled in; null where nothing is. */
  unfilled: string | null;
  hasBeats: boolean;
  /** What the stage understands. */
  groups: readonly LineGroup[];
  onChange: (value: string) => void;
}) {
  const { value, isMissing, unfilled, hasBeats, groups, onChange } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const isWrong = isMissing || unfilled !== null;
  return (
    <div>
      <label htmlFor="gate-notes" className="label">
        Notes
      </label>
      <DirectionHints groups={groups} field={field} onChange={onChange} />
      <textarea
        ref={field}
        id="gate-notes"
        rows={3}
        maxLength={10_000}
        className="field"
        value={value}
        aria-invalid={isWrong}
        aria-describedby="gate-notes-hint"
        onChange={(event) => onChange(event.target.value)}
      />
      <p id="gate-notes-hint" className={isWrong ? "error" : "hint"}>
        {unfilled === null
          ? `A rejection needs notes${hasBeats ? " or ticked beats" : ""}: the stage runs again with them when you resume the job.`
          : `Write what is meant in place of ${unfilled}.`}
      </p>
    </div>
  );
}
