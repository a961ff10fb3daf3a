import { useEffect, useState } from "react";
import { FormField } from "./form-field.tsx";
import { draftOf, missing, type PatchFormProps } from "./patch-form.ts";

type Row = { readonly key: number; readonly old: string; readonly new: string };

/** Words of the script and what to write for them. */
export function TextReplaceForm({ source, onDraft, errorAt }: PatchFormProps) {
  const [rows, setRows] = useState<readonly Row[]>([{ key: 0, old: "", new: "" }]);
  useEffect(() => {
    const replacements = rows.filter((row) => row.old !== "").map((row) => ({ old: row.old, new: row.new }));
    onDraft(
      replacements.length === 0
        ? missing("Give the words to replace first.")
        : draftOf({ type: "text_replace", replacements }),
    );
  }, [rows, onDraft]);
  const set = (key: number, change: Partial<Row>) =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...change } : row)));
  const times = (old: string) => (source.script === undefined ? null : source.script.split(old).length - 1);
  return (
    <div className="space-y-3">
      {rows.map((row, index) => {
        const count = row.old === "" ? null : times(row.old);
        return (
          <div key={row.key} className="grid gap-3 sm:grid-cols-2">
            <FormField
              label={`Words to replace${rows.length > 1 ? ` ${index + 1}` : ""}`}
              {...(count !== null && count > 0
                ? { hint: `Occurs ${count === 1 ? "once" : `${count} times`}.` }
                : {})}
              error={
                errorAt(`/replacements/${index}`) ??
                (count === 0
                  ? "Does not occur in the script as it stands."
                  : index === 0
                    ? errorAt("")
                    : null)
              }
            >
              {(control) => (
                <textarea
                  {...control}
                  rows={2}
                  className="field"
                  value={row.old}
                  onChange={(event) => set(row.key, { old: event.target.value })}
                />
              )}
            </FormField>
            <FormField label={`New words${rows.length > 1 ? ` ${index + 1}` : ""}`}>
              {(control) => (
                <textarea
                  {...control}
                  rows={2}
                  className="field"
                  value={row.new}
                  onChange={(event) => set(row.key, { new: event.target.value })}
                />
              )}
            </FormField>
          </div>
        );
      })}
      <button
        type="button"
        className="button button-small"
        onClick={() => setRows([...rows, { key: (rows.at(-1)?.key ?? 0) + 1, old: "", new: "" }])}
      >
        Add another
      </button>
    </div>
  );
}
