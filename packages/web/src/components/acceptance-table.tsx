import type { AcceptanceCheck, AcceptanceReport } from "@greenlight/contract/documents";
import { checkWords, timecodeWords } from "../lib/words.ts";

const LOOK = {
  PASS: { words: "Pass", tone: "bg-accent-soft text-accent" },
  WARN: { words: "Warn", tone: "bg-warn-soft text-warn" },
  FAIL: { words: "Fail", tone: "bg-danger-soft text-danger" },
  SKIP: { words: "Skip", tone: "bg-sunken text-muted" },
} as const;
const ORDER = ["FAIL", "WARN", "SKIP", "PASS"];
const MOST_TIMES = 8;

type Seek = (seconds: number) => void;

/**
 * The verdict and every check: those that did not pass in the open, with buttons that show the film where it fails,
 * the others folded away. On a narrow screen each row stands as a block of its own.
 */
export function AcceptanceTable({ report, onSeek }: { report: AcceptanceReport; onSeek?: Seek | undefined }) {
  const checks = report.checks.toSorted((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  const open = checks.filter((check) => check.status !== "PASS");
  const passed = checks.filter((check) => check.status === "PASS");
  const counts = ORDER.flatMap((status) => {
    const count = checks.filter((check) => check.status === status).length;
    return count === 0 ? [] : `${count} ${status.toLowerCase()}`;
  });
  return (
    <details className="group rounded-lg border border-line" open={report.verdict !== "PASS"}>
      <summary className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2.5 text-sm">
        <span aria-hidden="true" className="text-muted group-open:rotate-90">
          ›
        </span>
        <span className="font-medium">Acceptance</span>
        <Verdict status={report.verdict} />
        <span className="ml-auto text-xs text-muted">{counts.join(" · ")}</span>
      </summary>
      {open.length > 0 && <Checks checks={open} onSeek={onSeek} />}
      {open.length === 0 ? (
        <Checks checks={passed} onSeek={onSeek} />
      ) : (
        <details className="border-t border-line">
          <summary className="fold px-3 py-2.5 text-sm text-muted">
            The {passed.length} checks that passed
          </summary>
          <Checks checks={passed} onSeek={onSeek} />
        </details>
      )}
    </details>
  );
}

function Checks({ checks, onSeek }: { checks: readonly AcceptanceCheck[]; onSeek: Seek | undefined }) {
  return (
    <table className="block w-full border-t border-line text-sm sm:table sm:table-fixed">
      <thead className="hidden text-left text-xs text-muted sm:table-header-group">
        <tr>
          <th className="w-18 py-2 pl-3 font-medium">Result</th>
          <th className="px-3 py-2 font-medium">Check</th>
          <th className="py-2 pr-3 font-medium">Measured</th>
          <th className="py-2 pr-3 font-medium">Required</th>
        </tr>
      </thead>
      <tbody className="block sm:table-row-group">
        {checks.map((check) => (
          <CheckRow key={check.id} check={check} onSeek={onSeek} />
        ))}
      </tbody>
    </table>
  );
}

function CheckRow({ check, onSeek }: { check: AcceptanceCheck; onSeek: Seek | undefined }) {
  const name = checkWords(check.id);
  const unit = check.unit && ` ${check.unit}`;
  return (
    <tr className="grid grid-cols-[3.25rem_minmax(0,1fr)] gap-x-3 border-t border-line px-3 py-2.5 align-top sm:table-row">
      <td className="row-span-3 sm:table-cell sm:py-2 sm:pl-3">
        <Verdict status={check.status} />
      </td>
      <td className="min-w-0 sm:px-3 sm:py-2">
        <span className="font-medium">{name}</span>
        {check.note && <span className="block text-xs text-muted wrap-anywhere">{check.note}</span>}
        {check.status !== "PASS" && <Times name={name} at={check.at} onSeek={onSeek} />}
      </td>
      <td className="min-w-0 tabular-nums wrap-anywhere sm:py-2 sm:pr-3">
        <span className="text-xs text-muted sm:hidden">Measured </span>
        {check.value === null ? <span className="text-muted">not measured</span> : `${check.value}${unit}`}
      </td>
      <td className="min-w-0 text-muted wrap-anywhere sm:py-2 sm:pr-3">
        <span className="text-xs sm:hidden">Required </span>
        {check.threshold}
      </td>
    </tr>
  );
}

function Verdict({ status }: { status: AcceptanceCheck["status"] }) {
  const { words, tone } = LOOK[status];
  return <span className={`inline-block rounded px-1.5 py-0.5 text-xs font-semibold ${tone}`}>{words}</span>;
}

/** Where in the film a check fails. */
function Times(props: { name: string; at: readonly number[]; onSeek: Seek | undefined }) {
  const { name, onSeek } = props;
  const times = [...new Set(props.at)].sort((a, b) => a - b);
  if (times.length === 0) return null;
  return (
    <span className="mt-1 flex flex-wrap items-center gap-1.5">
      {times.slice(0, MOST_TIMES).map((s) =>
        onSeek ? (
          <button
            key={s}
            type="button"
            aria-label={`Show ${name} at ${timecodeWords(s)}`}
            className="min-h-6 rounded border border-line-strong px-2 text-xs tabular-nums hover:bg-sunken"
            onClick={() => onSeek(s)}
          >
            {timecodeWords(s)}
          </button>
        ) : (
          <span key={s} className="text-xs tabular-nums text-muted">
            {timecodeWords(s)}
          </span>
        ),
      )}
      {times.length > MOST_TIMES && (
        <span className="text-xs text-muted">and {times.length - MOST_TIMES} more in the report</span>
      )}
    </span>
  );
}
