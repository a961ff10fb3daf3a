/** A script as prose: `#` and `##` lines as headings, citations like `[S1]` set back. */
export function ScriptText({ text }: { text: string }) {
  const words = text.replace(/^#.*$/gm, "").split(/\s+/).filter(Boolean).length;
  const blocks = text.split(/\n{2,}|\n(?=#)|(?<=^#.*)\n/m).filter((block) => block.trim() !== "");
  return (
    <article className="rounded-lg border border-line bg-ground p-4 sm:p-6">
      <div className="mx-auto max-w-prose space-y-3 leading-relaxed">
        {keyed(blocks).map(({ key, text: block }) => {
          const heading = /^(#+)\s+(.*)/.exec(block.trim());
          if (!heading) return <Paragraph key={key} text={block.trim()} />;
          const look = heading[1] === "#" ? "text-lg font-semibold" : "pt-2 font-semibold text-accent";
          return (
            <h3 key={key} className={look}>
              {heading[2]}
            </h3>
          );
        })}
        <p className="pt-1 text-xs text-muted">{words} words</p>
      </div>
    </article>
  );
}

function Paragraph({ text }: { text: string }) {
  return (
    <p className="wrap-anywhere">
      {keyed(text.split(/(\[S\d+(?:[:.,\w-]*)\])/)).map(({ key, text: part }) =>
        /^\[S\d/.test(part) ? (
          <span key={key} className="text-xs text-muted">
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </p>
  );
}

/** Parts with a key of their own, also where two read the same. */
function keyed(parts: readonly string[]): { key: string; text: string }[] {
  return parts.map((text, index) => ({ key: `${index} ${text.slice(0, 20)}`, text }));
}
