import { useEffect, useState } from "react";
import { FormField } from "./form-field.tsx";
import { draftOf, missing, type PatchFormProps } from "./patch-form.ts";

/** Louder or softer by so many decibels: all of it, one track, or the voice of one beat. */
export function LevelForm({ source, onDraft, errorAt }: PatchFormProps) {
  const [db, setDb] = useState("-3");
  const [track, setTrack] = useState<"" | "voice" | "music">("");
  const [beat, setBeat] = useState("");
  const change = Number(db);
  const wrong = db.trim() === "" || !(change >= -24 && change <= 24) ? "Give −24 to 24 dB." : null;
  useEffect(() => {
    if (wrong !== null) return onDraft(missing(wrong));
    if (change === 0) return onDraft(missing("A change of 0 dB changes nothing."));
    onDraft(
      draftOf({
        type: "level_adjust",
        level_change_db: change,
        ...(track === "" ? {} : { track }),
        ...(beat === "" || track === "music" ? {} : { beat_id: beat }),
      }),
    );
  }, [change, wrong, track, beat, onDraft]);
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <FormField label="Change in dB" error={wrong ?? errorAt("/level_change_db") ?? errorAt("")}>
        {(control) => (
          <input
            {...control}
            type="number"
            step="any"
            min={-24}
            max={24}
            className="field tabular-nums"
            value={db}
            onChange={(event) => setDb(event.target.value)}
          />
        )}
      </FormField>
      <FormField label="Of" error={errorAt("/track")}>
        {(control) => (
          <select
            {...control}
            className="field"
            value={track}
            onChange={(event) => setTrack(event.target.value as typeof track)}
          >
            <option value="">everything</option>
            <option value="voice">the voice</option>
            <option value="music">the music</option>
          </select>
        )}
      </FormField>
      <FormField
        label="In"
        {...(track === "music" ? { hint: "The music runs through all beats." } : {})}
        error={errorAt("/beat_id")}
      >
        {(control) => (
          <select
            {...control}
            className="field"
            disabled={track === "music"}
            value={track === "music" ? "" : beat}
            onChange={(event) => setBeat(event.target.value)}
          >
            <option value="">the whole film</option>
            {source.storyboard?.beats.map((one) => (
              <option key={one.id} value={one.id}>
                {one.id} · {one.narration.slice(0, 40) || one.section}
              </option>
            ))}
          </select>
        )}
      </FormField>
    </div>
  );
}
