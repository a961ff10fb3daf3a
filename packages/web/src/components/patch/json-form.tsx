import { type JsonPatchOperation, jsonPatchOperation } from "@greenlight/contract/patch";
import { useEffect, useState } from "react";
import { ArtifactField } from "./artifact-field.tsx";
import { FormField } from "./form-field.tsx";
import { draftOf, missing, type PatchFormProps } from "./patch-form.ts";

const EXAMPLE = '[\n  { "op": "replace", "path": "/title", "value": "…" }\n]';

/** Operations of RFC 6902 on one of the stage's JSON outputs. */
export function JsonForm({ source, onDraft, errorAt }: PatchFormProps) {
  const outputs = source.artifacts.filter(({ media_type }) => media_type === "application/json");
  const [artifact, setArtifact] = useState(outputs[0]?.name ?? "");
  const [text, setText] = useState("");
  const read = operationsOf(text);
  useEffect(() => {
    const parsed = operationsOf(text);
    onDraft(
      Array.isArray(parsed)
        ? draftOf({ type: "json_patch", operations: parsed, artifact })
        : missing(text.trim() === "" ? "Write the operations first." : parsed),
    );
  }, [text, artifact, onDraft]);
  const wrong = text.trim() === "" || Array.isArray(read) ? null : read;
  return (
    <div className="space-y-3">
      <ArtifactField outputs={outputs} value={artifact} onChange={setArtifact} error={errorAt("/artifact")} />
      <FormField
        label="Operations"
        hint="A list of RFC 6902 operations: add, remove, replace, move, copy, test."
        error={wrong ?? errorAt("/operations") ?? errorAt("")}
      >
        {(control) => (
          <textarea
            {...control}
            rows={6}
            spellCheck={false}
            placeholder={EXAMPLE}
            className="field font-mono text-xs sm:text-xs"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </FormField>
    </div>
  );
}

/** The operations, or what is wrong with the text. */
function operationsOf(text: string): JsonPatchOperation[] | string {
  try {
    const parsed = jsonPatchOperation.array().min(1).safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    return `/${issue?.path.join("/") ?? ""}: ${issue?.message ?? "not valid"}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
