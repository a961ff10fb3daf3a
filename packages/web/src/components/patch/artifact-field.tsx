import type { Artifact } from "@greenlight/contract/artifact";
import { FormField } from "./form-field.tsx";

/** Which output is meant; nothing to ask where there is one. */
export function ArtifactField(props: {
  outputs: readonly Artifact[];
  value: string;
  onChange: (name: string) => void;
  error: string | null;
}) {
  const { outputs, value, onChange, error } = props;
  if (outputs.length < 2 && error === null) return null;
  return (
    <FormField label="Output" error={error}>
      {(control) => (
        <select
          {...control}
          className="field"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          {outputs.map((one) => (
            <option key={one.id} value={one.name}>
              {one.name}
            </option>
          ))}
        </select>
      )}
    </FormField>
  );
}
