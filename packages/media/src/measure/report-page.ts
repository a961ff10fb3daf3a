import type { AcceptanceCheck, AcceptanceReport } from "@greenlight/contract/documents";
import escapeHtml from "escape-html";
import { CHECK_NAMES, GROUP_NAMES } from "./check-names.ts";
import { REPORT_STYLE } from "./report-style.ts";

export type ReportPageOptions = {
  /** What the film is called. */
  readonly title: string;
  /** Where the film lies, relative to the page; timecodes link into it. */
  readonly video_href: string;
};

type Status = AcceptanceCheck["status"];

const MARKS: Readonly<Record<Status, { mark: string; word: string }>> = {
  PASS: { mark: "✓", word: "Pass" },
  WARN: { mark: "!", word: "Warning" },
  FAIL: { mark: "✕", word: "Fail" },
  SKIP: { mark: "–", word: "Not measured" },
};

const VERDICTS: Readonly<
  Record<AcceptanceReport["verdict"], { head: string; line: (wrong: number) => string }>
> = {
  PASS: { head: "✓ Accepted", line: () => "Every check that could be measured passed." },
  WARN: { head: "! Accepted with warnings", line: () => "Nothing fails; look at the warnings." },
  FAIL: {
    head: "✕ Not accepted",
    line: (wrong) => `${wrong} ${wrong === 1 ? "check needs" : "checks need"} a look; each says where.`,
  },
};

/** The acceptance report as one self-contained HTML page: no script, no request, everything from outside escaped. */
export function acceptanceHtml(report: AcceptanceReport, options: ReportPageOptions): string {
  const title = escapeHtml(options.title);
  const verdict = VERDICTS[report.verdict];
  const wrong = report.checks.filter((check) => check.status === "FAIL" || check.status === "WARN");
  const groups = [...new Set([...Object.keys(GROUP_NAMES), ...report.checks.map((check) => check.group)])];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${MARKS[report.verdict].word}: acceptance of ${title}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<header>
<p class="eyebrow">Acceptance report</p>
<h1>${title}</h1>
<div class="verdict ${report.verdict}"><strong>${verdict.head}</strong><p>${verdict.line(wrong.length)}</p>${tally(report.checks)}</div>
${facts(report, options)}
</header>
${wrong.length === 0 ? "" : section("To look at", wrong, options.video_href, "attention")}
${groups
  .map((group) => ({ group, checks: report.checks.filter((check) => check.group === group) }))
  .filter(({ checks }) => checks.length > 0)
  .map(({ group, checks }) => section(GROUP_NAMES[group] ?? group, checks, options.video_href, group))
  .join("\n")}
${manifest(report)}
<footer>Measured on the finished file itself: opened, demuxed and decoded. A check that could not be made says why and counts neither way.</footer>
</main>
</body>
</html>
`;
}

function tally(checks: readonly AcceptanceCheck[]): string {
  const chips = (["FAIL", "WARN", "PASS", "SKIP"] as const).flatMap((status) => {
    const count = checks.filter((check) => check.status === status).length;
    return count === 0 ? [] : [chip(status, `${count} ${MARKS[status].word.toLowerCase()}`)];
  });
  return `<div class="tally">${chips.join("")}</div>`;
}

function chip(status: Status, label: string = MARKS[status].word): string {
  return `<span class="chip ${status}"><b aria-hidden="true">${MARKS[status].mark}</b>${escapeHtml(label)}</span>`;
}

function facts(report: AcceptanceReport, options: ReportPageOptions): string {
  const { file } = report;
  const film = `<a href="${escapeHtml(options.video_href)}" target="film">Open the film</a>`;
  return `<dl class="facts">
<div><dt>Film</dt><dd>${film}</dd></div>
<div><dt>Duration</dt><dd>${timecode(file.duration_s)}</dd></div>
<div><dt>Size</dt><dd>${(file.size_bytes / 1e6).toFixed(1)} MB</dd></div>
<div><dt>Profile</dt><dd>${escapeHtml(report.profile)}</dd></div>
<div class="wide"><dt>SHA-256</dt><dd><code>${escapeHtml(file.sha256)}</code></dd></div>
</dl>`;
}

function section(heading: string, checks: readonly AcceptanceCheck[], href: string, id: string): string {
  const passed = checks.filter((check) => check.status === "PASS").length;
  const count = id === "attention" ? `${checks.length}` : `${passed} of ${checks.length} pass`;
  return `<section aria-labelledby="g-${escapeHtml(id)}">
<h2 id="g-${escapeHtml(id)}">${escapeHtml(heading)} <small>${count}</small></h2>
<div class="sheet"><table>
<thead><tr><th scope="col" class="s">Status</th><th scope="col" class="n">Check</th><th scope="col" class="v">Measured</th><th scope="col" class="l">Limit</th></tr></thead>
<tbody>${checks.map((check) => row(check, href)).join("\n")}</tbody>
</table></div>
</section>`;
}

function row(check: AcceptanceCheck, href: string): string {
  const note = check.note === undefined ? "" : `<span class="note">${escapeHtml(check.note)}</span>`;
  const at = check.at
    .map(
      (s) =>
        `<a href="${escapeHtml(href)}#t=${Math.floor(s * 1000) / 1000}" target="film">${timecode(s)}</a>`,
    )
    .join("");
  return `<tr>
<td class="s">${chip(check.status, check.status === "SKIP" ? "Skipped" : MARKS[check.status].word)}</td>
<th scope="row" class="n">${escapeHtml(CHECK_NAMES[check.id] ?? check.id)}${note}${at === "" ? "" : `<div class="at">${at}</div>`}</th>
<td class="v">${value(check)}</td>
<td class="l">${escapeHtml(withMinus(check.threshold))}<span class="note">${escapeHtml(check.source)}</span></td>
</tr>`;
}

function value(check: AcceptanceCheck): string {
  if (check.value === null) return `<span class="unit">not measured</span>`;
  const text = typeof check.value === "number" ? readable(check.value) : String(check.value);
  return `<span class="value">${escapeHtml(text)}</span> <span class="unit">${escapeHtml(check.unit)}</span>`;
}

/** As many digits as a person compares: three from one up, more below. */
function readable(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return withMinus(String(Number(value.toFixed(digits))));
}

/** Typographic minus signs before numbers. */
function withMinus(text: string): string {
  return text.replace(/(^|[\s/(])-(?=\d)/g, "$1−");
}

/** `m:ss.mmm`, hours when there are any. */
function timecode(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const pad = (value: number, width: number) => String(value).padStart(width, "0");
  const [h, m, s] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60];
  return `${h > 0 ? `${h}:${pad(m, 2)}` : m}:${pad(s, 2)}.${pad(ms % 1000, 3)}`;
}

function manifest(report: AcceptanceReport): string {
  if (report.manifest.length === 0) return "";
  const rows = report.manifest.map(
    (entry) =>
      `<tr><th scope="row" class="n">${escapeHtml(entry.name)}</th><td class="v">${escapeHtml(entry.kind)}<span class="note">${escapeHtml(entry.made_by)}, from ${entry.inputs.length} ${entry.inputs.length === 1 ? "input" : "inputs"}</span></td><td class="l2"><code>${escapeHtml(entry.sha256)}</code></td></tr>`,
  );
  return `<details><summary>What it was made of (${report.manifest.length})</summary>
<div class="sheet"><table>
<thead><tr><th scope="col">Artifact</th><th scope="col">Kind, made by</th><th scope="col">SHA-256</th></tr></thead>
<tbody>${rows.join("\n")}</tbody>
</table></div>
</details>`;
}
