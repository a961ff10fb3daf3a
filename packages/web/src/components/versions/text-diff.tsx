import type { Comparison } from "@greenlight/contract/comparison";
import { countWords } from "../../lib/words.ts";

type Line = { readonly key: number; readonly sign: "+" | "-" | " " | "@"; readonly text: string };

const LOOK = {
  "+": "bg-accent-soft",
  "-": "bg-danger-soft",
  " ": "",
  "@": "bg-sunken text-muted text-xs",
};
const SAID = { "+": "added", "-": "removed", " ": null, "@": null };

/** Lines that were added and removed, with those around them. */
export function TextDiff({ comparison }: { comparison: Extract<Comparison, { kind: "text" }> }) {
  const { unified, added_lines, removed_lines } = comparison;
  return (
    <>
      <p className="text-sm text-muted">
        {countWords(added_lines, "line")} added, {removed_lines} removed
      </p>
      <div className="overflow-hidden rounded-lg border border-line text-sm leading-relaxed">
        {linesOf(unified).map(({ key, sign, text }) => (
          <div key={key} className={`grid grid-cols-[1.5rem_minmax(0,1fr)] px-2 py-0.5 ${LOOK[sign]}`}>
            <span aria-hidden="true" className="font-mono text-muted select-none">
              {sign === "@" ? "" : sign}
            </span>
            <Words sign={sign} text={text} />
          </div>
        ))}
      </div>
    </>
  );
}

function Words({ sign, text }: { sign: Line["sign"]; text: string }) {
  const said = SAID[sign];
  const words = (
    <>
      {said && <span className="sr-only">{said}: </span>}
      {text || "\u00a0"}
    </>
  );
  if (sign === "+") return <ins className="whitespace-pre-wrap wrap-anywhere no-underline">{words}</ins>;
  if (sign === "-") return <del className="whitespace-pre-wrap wrap-anywhere no-underline">{words}</del>;
  return <span className="whitespace-pre-wrap wrap-anywhere">{words}</span>;
}

/** The lines of a unified diff without its header. */
function linesOf(unified: string): Line[] {
  const start = unified.search(/^@@/m);
  if (start < 0) return [];
  return unified
    .slice(start)
    .split("\n")
    .flatMap((line, key): Line[] => {
      const hunk = /^@@ -(\d+)/.exec(line);
      if (hunk) return [{ key, sign: "@", text: `From line ${hunk[1]}` }];
      const sign = line[0];
      return sign === "+" || sign === "-" || sign === " " ? [{ key, sign, text: line.slice(1) }] : [];
    });
}
