import { useEffect, useState } from "react";
import { FormField } from "./form-field.tsx";
import { draftOf, missing, type PatchFormProps } from "./patch-form.ts";

type Section = { readonly marker: string; readonly text: string };

/** A section of the script, from its heading to the next. */
export function SectionForm({ source, onDraft, errorAt }: PatchFormProps) {
  const sections = sectionsOf(source.script ?? "");
  const [marker, setMarker] = useState(sections[0]?.marker ?? "");
  const before = sections.find((section) => section.marker === marker)?.text ?? "";
  const [edited, setEdited] = useState<Readonly<Record<string, string>>>({});
  const text = edited[marker] ?? before;
  useEffect(() => {
    onDraft(
      text === before || marker === ""
        ? missing("Change the section first.")
        : draftOf({ type: "section_replace", section_marker: marker, new_section: text }),
    );
  }, [marker, text, before, onDraft]);
  if (sections.length === 0) return <p className="text-sm text-muted">The script has no headings.</p>;
  return (
    <div className="space-y-3">
      <FormField label="Section" error={errorAt("/section_marker") ?? errorAt("")}>
        {(control) => (
          <select
            {...control}
            className="field"
            value={marker}
            onChange={(event) => setMarker(event.target.value)}
          >
            {sections.map((section) => (
              <option key={section.marker} value={section.marker}>
                {section.marker.replace(/^#+\s*/, "")}
              </option>
            ))}
          </select>
        )}
      </FormField>
      <FormField label="New section" hint="With its heading." error={errorAt("/new_section")}>
        {(control) => (
          <textarea
            {...control}
            rows={8}
            className="field"
            value={text}
            onChange={(event) => setEdited({ ...edited, [marker]: event.target.value })}
          />
        )}
      </FormField>
    </div>
  );
}

function sectionsOf(script: string): Section[] {
  return script
    .split(/^(?=##\s)/m)
    .filter((part) => part.startsWith("##"))
    .map((part) => ({ marker: part.split("\n", 1)[0]?.trim() ?? "", text: part.trimEnd() }));
}
