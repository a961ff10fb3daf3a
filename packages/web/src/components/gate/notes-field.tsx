/** What the decision is given with. */
export function NotesField(props: {
  value: string;
  isMissing: boolean;
  hasBeats: boolean;
  onChange: (value: string) => void;
}) {
  const { value, isMissing, hasBeats, onChange } = props;
  return (
    <div>
      <label htmlFor="gate-notes" className="label">
        Notes
      </label>
      <textarea
        id="gate-notes"
        rows={3}
        maxLength={10_000}
        className="field"
        value={value}
        aria-invalid={isMissing}
        aria-describedby="gate-notes-hint"
        onChange={(event) => onChange(event.target.value)}
      />
      <p id="gate-notes-hint" className={isMissing ? "error" : "hint"}>
        A rejection needs notes{hasBeats && " or ticked beats"}: the stage runs again with them when you
        resume the job.
      </p>
    </div>
  );
}
