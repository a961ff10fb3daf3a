import { type RefObject, useId } from "react";
import { flushSync } from "react-dom";
import { orWords } from "../../lib/words.ts";
import type { LineGroup } from "./gate-lines.ts";
import { insertLine } from "./insert-line.ts";

const OF_WORDS = { film: "the film", section: "a section", beat: "a beat" };

/** What the stage understands in notes, each to be put into the field by a click. */
export function DirectionHints(props: {
  groups: readonly LineGroup[];
  field: RefObject<HTMLTextAreaElement | null>;
  onChange: (text: string) => void;
}) {
  const { groups, field, onChange } = props;
  const id = useId();
  const insert = (line: string) => {
    const area = field.current;
    if (area === null) return;
    const { text, select } = insertLine(area.value, area.selectionEnd, line);
    // The caret can be set only once the text is there.
    flushSync(() => onChange(text));
    area.focus();
    area.setSelectionRange(...select);
  };
  if (groups.length === 0) return null;
  return (
    <div className="mb-2 space-y-1.5 text-xs text-muted">
      {groups.map(({ of, lines }) => (
        <div key={of.join()} className="flex flex-wrap items-center gap-1.5">
          <span id={`${id}-${of.join("-")}`} className="mr-0.5">
            Understood of {orWords(of.map((part) => OF_WORDS[part]))}:
          </span>
          <ul aria-labelledby={`${id}-${of.join("-")}`} className="contents">
            {lines.map((line) => (
              <li key={line}>
                <button
                  type="button"
                  className="chip min-h-6 border border-line text-ink hover:border-line-strong"
                  aria-label={`Add “${line}” to the notes`}
                  onClick={() => insert(line)}
                >
                  {line}
                </button>
              </li>
            ))}
          </ul>
          {of.includes("film") && of.length > 1 && (
            <span>
              Of one {of.includes("section") ? "section, put its heading" : "beat, put its id"} before it:{" "}
              <code>{of.includes("section") ? `Heading: ${lines[0]}` : `b02: ${lines[0]}`}</code>
            </span>
          )}
        </div>
      ))}
    </div>
  );
}
