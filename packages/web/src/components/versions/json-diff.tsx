import type { JsonChange } from "@greenlight/contract/comparison";

const MOST = 200;

/** Each place that differs: what stood there, and what stands there now. */
export function JsonDiff({ changes }: { changes: readonly JsonChange[] }) {
  if (changes.length === 0) return <p className="text-sm text-muted">Nothing differs.</p>;
  return (
    <>
      <dl className="divide-y divide-line overflow-hidden rounded-lg border border-line text-sm">
        {changes.slice(0, MOST).map((change) => (
          <ChangeRow key={change.pointer} change={change} />
        ))}
      </dl>
      {changes.length > MOST && (
        <p className="text-xs text-muted">and {changes.length - MOST} more differences</p>
      )}
    </>
  );
}

export function ChangeRow({ change }: { change: JsonChange }) {
  const { pointer } = change;
  return (
    <div className="grid gap-x-4 gap-y-1 px-3 py-2 sm:grid-cols-[12rem_minmax(0,1fr)]">
      <dt className="text-xs wrap-anywhere sm:pt-0.5">
        <code>
          {pointer.replace(/^\//, "").replaceAll("/", " › ").replaceAll("~1", "/").replaceAll("~0", "~") ||
            "all"}
        </code>
      </dt>
      <dd className="min-w-0 space-y-1">
        {"before" in change && (
          <del className="block rounded bg-danger-soft px-2 py-0.5 no-underline wrap-anywhere whitespace-pre-wrap">
            <span aria-hidden="true" className="mr-1.5 text-muted select-none">
              −
            </span>
            <span className="sr-only">before: </span>
            {valueWords(change.before)}
          </del>
        )}
        {"after" in change && (
          <ins className="block rounded bg-accent-soft px-2 py-0.5 no-underline wrap-anywhere whitespace-pre-wrap">
            <span aria-hidden="true" className="mr-1.5 text-muted select-none">
              +
            </span>
            <span className="sr-only">after: </span>
            {valueWords(change.after)}
          </ins>
        )}
      </dd>
    </div>
  );
}

function valueWords(value: unknown): string {
  if (value === "") return "(empty)";
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}
