import { useEffect, useState } from "react";
import { useApi } from "../../lib/use-api.ts";
import { FilePreview } from "./file-preview.tsx";
import { FormField } from "./form-field.tsx";
import { missing, type PatchFormProps } from "./patch-form.ts";

const TYPES = "image/png,image/jpeg,image/webp,video/mp4,video/webm,video/quicktime,.mov";

/** An uploaded picture or video in place of a beat's own. It is uploaded when the patch is sent. */
export function PictureForm({ source, onDraft, errorAt }: PatchFormProps) {
  const api = useApi();
  const beats = source.storyboard?.beats ?? [];
  const [id, setId] = useState(beats[0]?.id ?? "");
  const [file, setFile] = useState<File | null>(null);
  const beat = beats.find((one) => one.id === id);
  useEffect(() => {
    if (file === null || id === "") return onDraft(missing("Choose a picture or video first."));
    onDraft({
      ready: true,
      make: async () => {
        const { upload_id } = await api.upload(file, file.name);
        return { type: "asset_replace", beat_id: id, upload_id };
      },
    });
  }, [api, id, file, onDraft]);
  return (
    <div className="grid items-start gap-3 sm:grid-cols-2">
      <FormField label="Beat" error={errorAt("/beat_id")}>
        {(control) => (
          <select {...control} className="field" value={id} onChange={(event) => setId(event.target.value)}>
            {beats.map((one) => (
              <option key={one.id} value={one.id}>
                {one.id} · {one.narration.slice(0, 40) || one.section}
              </option>
            ))}
          </select>
        )}
      </FormField>
      <FormField
        label="Picture or video"
        hint="PNG, JPEG, WebP, or MP4, WebM, MOV."
        error={errorAt("/upload_id") ?? errorAt("")}
      >
        {(control) => (
          <input
            {...control}
            type="file"
            accept={TYPES}
            className="field text-sm file:mr-3 file:rounded file:border-0 file:bg-sunken file:px-2 file:py-1 file:text-ink"
            onChange={(event) => setFile(event.target.files?.[0] ?? null)}
          />
        )}
      </FormField>
      {file && beat && (
        <div className="sm:col-span-2">
          <FilePreview key={`${file.name} ${file.lastModified}`} file={file} beat={beat} />
        </div>
      )}
    </div>
  );
}
