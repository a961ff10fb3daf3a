import type { Artifact } from "@greenlight/contract/artifact";
import { useEffect, useState } from "react";
import { useArtifactText } from "../../lib/use-artifact-text.ts";
import { ArtifactField } from "./artifact-field.tsx";
import { FormField } from "./form-field.tsx";
import { draftOf, missing, type PatchDraft, type PatchFormProps } from "./patch-form.ts";

export const isEditable = ({ media_type }: Artifact) =>
  /^(text\/(markdown|plain)|application\/json)(;|$)/.test(media_type);

/** The whole content of a text or JSON output. */
export function ReplaceForm({ source, onDraft, errorAt }: PatchFormProps) {
  const outputs = source.artifacts.filter(isEditable);
  const [name, setName] = useState(outputs[0]?.name ?? "");
  const output = outputs.find((one) => one.name === name);
  const { data: before } = useArtifactText(source.job.id, output);
  const [edited, setEdited] = useState<Readonly<Record<string, string>>>({});
  const text = edited[name] ?? before ?? "";
  const isJson = output?.media_type === "application/json";
  useEffect(() => {
    onDraft(text === before ? missing("Change the text first.") : draft(name, text, isJson));
  }, [name, text, before, isJson, onDraft]);
  return (
    <div className="space-y-3">
      <ArtifactField outputs={outputs} value={name} onChange={setName} error={errorAt("/artifact")} />
      <FormField
        label={isJson ? "New content (JSON)" : "New text"}
        error={(isJson ? jsonFault(text) : null) ?? errorAt("/content") ?? errorAt("")}
      >
        {(control) => (
          <textarea
            {...control}
            rows={12}
            spellCheck={!isJson}
            className={`field ${isJson ? "font-mono text-xs sm:text-xs" : ""}`}
            value={text}
            onChange={(event) => setEdited({ ...edited, [name]: event.target.value })}
          />
        )}
      </FormField>
    </div>
  );
}

function draft(artifact: string, text: string, isJson: boolean): PatchDraft {
  if (!isJson) return draftOf({ type: "replace", content: text, artifact });
  const fault = jsonFault(text);
  return fault === null ? draftOf({ type: "replace", content: JSON.parse(text), artifact }) : missing(fault);
}

function jsonFault(text: string): string | null {
  if (text === "") return null;
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
