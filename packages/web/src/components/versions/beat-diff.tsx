import type { BeatChange, Comparison } from "@greenlight/contract/comparison";
import { countWords } from "../../lib/words.ts";
import { ChangeRow, JsonDiff } from "./json-diff.tsx";

/** A storyboard by beat: which were added, removed, moved or changed, and in what. */
export function BeatDiff({ comparison }: { comparison: Extract<Comparison, { kind: "storyboard" }> }) {
  const { beats, changes, duration_before_s, duration_after_s } = comparison;
  const longer = duration_after_s - duration_before_s;
  return (
    <>
      <p className="text-sm text-muted tabular-nums">
        {countWords(beats.length, "beat")} {beats.length === 1 ? "differs" : "differ"} ·{" "}
        {duration_before_s.toFixed(1)} s → {duration_after_s.toFixed(1)} s
        {Math.abs(longer) >= 0.05 && ` (${longer > 0 ? "+" : "−"}${Math.abs(longer).toFixed(1)} s)`}
      </p>
      {beats.length > 0 && (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line text-sm">
          {beats.map((beat) => (
            <li key={beat.beat_id}>
              <p className="flex flex-wrap items-center gap-2 bg-sunken px-3 py-2">
                <span className="font-medium">{beat.beat_id}</span>
                <Fate beat={beat} />
              </p>
              {beat.fields.length > 0 && (
                <dl>
                  {beat.fields.map((field) => (
                    <ChangeRow key={field.pointer} change={field} />
                  ))}
                </dl>
              )}
            </li>
          ))}
        </ul>
      )}
      {changes.length > 0 && (
        <div className="space-y-2">
          <h3 className="text-sm font-medium">Outside of the beats</h3>
          <JsonDiff changes={changes} />
        </div>
      )}
    </>
  );
}

function Fate({ beat }: { beat: BeatChange }) {
  const { from_index, to_index, moved, fields } = beat;
  if (from_index === null) return <Mark tone="text-accent" words="added" />;
  if (to_index === null) return <Mark tone="text-danger" words="removed" />;
  return (
    <>
      {moved && <Mark tone="text-warn" words={`moved from place ${from_index + 1} to ${to_index + 1}`} />}
      {fields.length > 0 && <Mark tone="text-ink" words="changed" />}
    </>
  );
}

function Mark({ tone, words }: { tone: string; words: string }) {
  return <span className={`text-xs font-medium ${tone}`}>{words}</span>;
}
