import { type Beat, beatEdit, MOTIONS, TRANSITIONS } from "@greenlight/contract/storyboard";
import { useEffect, useState } from "react";
import { FormField } from "./form-field.tsx";
import { draftOf, missing, type PatchDraft, type PatchFormProps } from "./patch-form.ts";

const FIELDS = ["narration", "on_screen_text", "motion", "transition", "visual"] as const;
type Texts = Readonly<Record<(typeof FIELDS)[number], string>>;

/** The fields of one beat; only those that differ are sent. */
export function BeatEditForm({ source, onDraft, errorAt }: PatchFormProps) {
  const beats = source.storyboard?.beats ?? [];
  const [id, setId] = useState(beats[0]?.id ?? "");
  const beat = beats.find((one) => one.id === id);
  if (beat === undefined) return <p className="text-sm text-muted">There is no beat to edit.</p>;
  return (
    <div className="space-y-3">
      <FormField label="Beat" error={errorAt("/beat_id")}>
        {(control) => (
          <select {...control} className="field" value={id} onChange={(event) => setId(event.target.value)}>
            {beats.map((one) => (
              <option key={one.id} value={one.id}>
                {one.id} · {one.narration.slice(0, 60) || one.section}
              </option>
            ))}
          </select>
        )}
      </FormField>
      <BeatFields key={id} beat={beat} onDraft={onDraft} errorAt={errorAt} />
    </div>
  );
}

function BeatFields(props: Omit<PatchFormProps, "source"> & { beat: Beat }) {
  const { beat, onDraft, errorAt } = props;
  const [texts, setTexts] = useState<Texts>(() => textsOf(beat));
  useEffect(() => onDraft(draft(beat, texts)), [beat, texts, onDraft]);
  const set = (name: keyof Texts) => (event: { target: { value: string } }) =>
    setTexts((before) => ({ ...before, [name]: event.target.value }));
  const error = (name: keyof Texts) => errorAt(`/set/${name}`);
  const choice = (name: "motion" | "transition", label: string, options: readonly string[]) => (
    <FormField label={label} error={error(name)}>
      {(control) => (
        <select {...control} className="field" value={texts[name]} onChange={set(name)}>
          {options.map((option) => (
            <option key={option} value={option}>
              {option.replaceAll("_", " ")}
            </option>
          ))}
        </select>
      )}
    </FormField>
  );
  return (
    <>
      <FormField label="Narration" error={error("narration") ?? errorAt("")}>
        {(control) => (
          <textarea
            {...control}
            rows={3}
            maxLength={2000}
            className="field"
            value={texts.narration}
            onChange={set("narration")}
          />
        )}
      </FormField>
      <FormField label="On screen" error={error("on_screen_text")}>
        {(control) => (
          <input
            {...control}
            maxLength={300}
            className="field"
            value={texts.on_screen_text}
            onChange={set("on_screen_text")}
          />
        )}
      </FormField>
      <div className="grid gap-3 sm:grid-cols-2">
        {choice("motion", "Motion", MOTIONS)}
        {choice("transition", "Begins with", TRANSITIONS)}
      </div>
      <FormField
        label="Visual (JSON)"
        hint="What is drawn: its kind, and the fields of that kind."
        error={error("visual") ?? visualError(texts.visual)}
      >
        {(control) => (
          <textarea
            {...control}
            rows={5}
            spellCheck={false}
            className="field font-mono text-xs sm:text-xs"
            value={texts.visual}
            onChange={set("visual")}
          />
        )}
      </FormField>
    </>
  );
}

function textsOf(beat: Beat): Texts {
  const { narration, on_screen_text, motion, transition, visual } = beat;
  return { narration, on_screen_text, motion, transition, visual: JSON.stringify(visual, null, 2) };
}

function draft(beat: Beat, texts: Texts): PatchDraft {
  const before = textsOf(beat);
  const changed = FIELDS.filter((name) => texts[name] !== before[name]);
  if (changed.length === 0) return missing("Change a field of the beat first.");
  if (visualError(texts.visual) !== null) return missing("The visual is not valid.");
  const given = changed.map((name) => [name, name === "visual" ? JSON.parse(texts.visual) : texts[name]]);
  const set = beatEdit.safeParse(Object.fromEntries(given));
  if (!set.success) return missing(set.error.issues[0]?.message ?? "The beat is not valid.");
  return draftOf({ type: "beat_edit", beat_id: beat.id, set: set.data });
}

function visualError(text: string): string | null {
  try {
    const checked = beatEdit.safeParse({ visual: JSON.parse(text) });
    const [issue] = checked.success ? [] : checked.error.issues;
    return issue === undefined ? null : `${issue.path.slice(1).join(".")} ${issue.message}`.trim();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
