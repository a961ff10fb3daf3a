import type { AcceptanceReport } from "@greenlight/contract/documents";

const TONE = {
  PASS: "text-accent",
  WARN: "text-warn",
  FAIL: "text-danger",
  SKIP: "text-muted",
} as const;

/** The verdict and every check; those that did not pass come first. */
export function AcceptanceTable({ report }: { report: AcceptanceReport }) {
  const order = ["FAIL", "WARN", "SKIP", "PASS"];
  const checks = report.checks.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  const passed = checks.filter((check) => check.status === "PASS").length;
  return (
    <details className="rounded-lg border border-line" open={report.verdict !== "PASS"}>
      <summary className="px-3 py-2 text-sm">
        <span className={`font-semibold ${TONE[report.verdict]}`}>Acceptance: {report.verdict}</span>
        <span className="text-muted">
          {" "}
          · {passed} of {checks.length} checks passed
        </span>
      </summary>
      <ul className="divide-y divide-line border-t border-line text-sm">
        {checks.map((check) => (
          <li key={check.id} className="grid grid-cols-[3.5rem_minmax(0,1fr)] gap-x-3 px-3 py-2">
            <span className={`font-medium ${TONE[check.status]}`}>{check.status}</span>
            <span className="wrap-anywhere">
              {check.id.replaceAll("_", " ")}
              <span className="text-muted">
                {" "}
                · {String(check.value ?? "not measured")} {check.unit} (asked: {check.threshold})
                {check.note && ` · ${check.note}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
