import { useEffect, useState } from "react";
import { draftOf, missing, type PatchFormProps } from "./patch-form.ts";

/** Seconds on screen of every beat; only those that differ are sent. */
export function DurationForm({ source, onDraft, errorAt }: PatchFormProps) {
  const beats = source.storyboard?.beats ?? [];
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const changes = beats.flatMap((beat) => {
    const text = typed[beat.id];
    if (text === undefined || text === "" || Number(text) === beat.duration_s) return [];
    return [{ beat_id: beat.id, duration: Number(text), least: beat.speech_s }];
  });
  const short = changes.filter(({ duration, least }) => !(duration >= least && duration > 0));
  const key = JSON.stringify(changes);
  useEffect(() => {
    const all = JSON.parse(key) as typeof changes;
    if (all.length === 0) return onDraft(missing("Change the length of a beat first."));
    if (all.some(({ duration, least }) => !(duration >= least && duration > 0)))
      return onDraft(missing("A beat would be shorter than its narration."));
    const beat_adjustments = all.map(({ beat_id, duration }) => ({ beat_id, duration }));
    onDraft(draftOf({ type: "duration_adjust", beat_adjustments }));
  }, [key, onDraft]);
  const before = beats.reduce((sum, beat) => sum + beat.duration_s, 0);
  const after = changes.reduce((sum, { beat_id, duration }) => {
    return sum + duration - (beats.find((beat) => beat.id === beat_id)?.duration_s ?? 0);
  }, before);
  return (
    <div className="space-y-2">
      <ul className="max-h-80 divide-y divide-line overflow-y-auto rounded-lg border border-line">
        {beats.map((beat) => {
          const at = changes.findIndex((change) => change.beat_id === beat.id);
          const tooShort = short.some((change) => change.beat_id === beat.id);
          const error = tooShort
            ? `Speaks for ${beat.speech_s.toFixed(2)} s: give at least that.`
            : at < 0
              ? null
              : (errorAt(`/beat_adjustments/${at}`) ?? errorAt(""));
          return (
            <li
              key={beat.id}
              className="grid grid-cols-[3rem_minmax(0,1fr)_6.5rem] items-center gap-3 px-3 py-2"
            >
              <span className="text-sm font-medium">{beat.id}</span>
              <span className="line-clamp-2 text-xs text-muted">{beat.narration || "(silent)"}</span>
              <span className="flex items-center gap-1.5 text-sm">
                <input
                  type="number"
                  step="any"
                  min={0}
                  max={600}
                  aria-label={`Seconds of ${beat.id}`}
                  aria-invalid={error !== null}
                  aria-describedby={error === null ? undefined : `length-error-${beat.id}`}
                  className="field min-h-8 px-2 py-1 text-right tabular-nums"
                  value={typed[beat.id] ?? String(Number(beat.duration_s.toFixed(2)))}
                  onChange={(event) => setTyped({ ...typed, [beat.id]: event.target.value })}
                />
                s
              </span>
              {error !== null && (
                <p id={`length-error-${beat.id}`} className="error col-span-3 mt-0">
                  {error}
                </p>
              )}
            </li>
          );
        })}
      </ul>
      <p className="hint tabular-nums" role="status">
        {changes.length > 0 && `${before.toFixed(1)} s → ${after.toFixed(1)} s in all.`}
      </p>
    </div>
  );
}
