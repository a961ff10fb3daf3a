import { useEffect, useState } from "react";
import { useApi } from "../../lib/use-api.ts";
import { sizeWords } from "../../lib/words.ts";
import { FormField } from "./form-field.tsx";
import { missing, type PatchFormProps } from "./patch-form.ts";

/** An uploaded picture in place of a beat's own. It is uploaded when the patch is sent. */
export function PictureForm({ source, onDraft, errorAt }: PatchFormProps) {
  const api = useApi();
  const beats = source.storyboard?.beats ?? [];
  const [beat, setBeat] = useState(beats[0]?.id ?? "");
  const [file, setFile] = useState<File | null>(null);
  useEffect(() => {
    if (file === null || beat === "") return onDraft(missing("Choose a picture first."));
    onDraft({
      ready: true,
      make: async () => {
        const { upload_id } = await api.upload(file, file.name);
        return { type: "asset_replace", beat_id: beat, upload_id };
      },
    });
  }, [api, beat, file, onDraft]);
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <FormField label="Beat" error={errorAt("/beat_id")}>
        {(control) => (
          <select
            {...control}
            className="field"
            value={beat}
            onChange={(event) => setBeat(event.target.value)}
          >
            {beats.map((one) => (
              <option key={one.id} value={one.id}>
                {one.id} · {one.narration.slice(0, 40) || one.section}
              </option>
            ))}
          </select>
        )}
      </FormField>
      <FormField
        label="Picture"
        hint={file === null ? "PNG, JPEG or WebP." : sizeWords(file.size)}
        error={errorAt("/upload_id") ?? errorAt("")}
      >
        {(control) => (
          <input
            {...control}
            type="file"
            accept="image/png,image/jpeg,image/webp"
            className="field"
            onChange={(event) => setFile(event.target.files?.[0] ?? null)}
          />
        )}
      </FormField>
    </div>
  );
}
