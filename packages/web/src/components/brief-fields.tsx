import { Field } from "./field.tsx";

/** The fields of a brief beside its title and intent. */
export function BriefFields() {
  return (
    <div className="space-y-4">
      <Field
        label="Source text"
        hint="What the video is made from. Give text, addresses or files, or all three."
      >
        {(id, hint) => (
          <textarea id={id} aria-describedby={hint} name="source_text" rows={6} className="field" />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Source addresses" hint="One a line.">
          {(id, hint) => (
            <textarea
              id={id}
              aria-describedby={hint}
              name="source_urls"
              rows={2}
              placeholder="https://…"
              className="field"
            />
          )}
        </Field>
        <Field label="Source files" hint="Text, Markdown, HTML or PDF.">
          {(id, hint) => (
            <input
              id={id}
              aria-describedby={hint}
              name="source_files"
              type="file"
              multiple
              accept=".txt,.md,.html,.pdf"
              className="field text-sm file:mr-3 file:rounded file:border-0 file:bg-sunken file:px-2 file:py-1 file:text-ink"
            />
          )}
        </Field>
        <Field label="Audience" hint="Separated by commas.">
          {(id, hint) => <input id={id} aria-describedby={hint} name="audience" className="field" />}
        </Field>
        <Field label="Tone">
          {(id) => <input id={id} name="tone" placeholder="clear" maxLength={200} className="field" />}
        </Field>
      </div>
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Field label="Length in seconds">
          {(id) => (
            <input
              id={id}
              name="length"
              type="number"
              min={10}
              max={3600}
              placeholder="75"
              className="field"
            />
          )}
        </Field>
        <Field label="Format">
          {(id) => (
            <select id={id} name="aspect" defaultValue="16:9" className="field">
              <option value="16:9">16:9 wide</option>
              <option value="9:16">9:16 upright</option>
              <option value="1:1">1:1 square</option>
            </select>
          )}
        </Field>
        <Field label="Picture size" hint="Empty: 1080 lines.">
          {(id, hint) => (
            <input
              id={id}
              aria-describedby={hint}
              name="resolution"
              placeholder="1920x1080"
              pattern="\d{2,4}x\d{2,4}"
              title="Width and height in pixels, e.g. 1280x720"
              className="field"
            />
          )}
        </Field>
        <Field label="Language">
          {(id) => (
            <input
              id={id}
              name="language"
              defaultValue="en"
              pattern="[a-zA-Z]{2,3}(-[A-Za-z0-9]{2,8})*"
              className="field"
            />
          )}
        </Field>
      </div>
    </div>
  );
}
