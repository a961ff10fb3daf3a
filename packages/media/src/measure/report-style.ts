/** Style sheet of the acceptance page: light or dark as the reader's system asks, cards instead of rows when narrow. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --text: #15202b; --soft: #51606f; --line: #dfe4ea;
  --link: #0b5cad; --pass: #14713a; --pass-bg: #e2f4e8; --warn: #855400; --warn-bg: #fdf0d3; --fail: #b3201f;
  --fail-bg: #fde5e4; --skip: #56636f; --skip-bg: #e9edf1; }
@media (prefers-color-scheme: dark) { :root { --page: #0e141b; --card: #161e27; --text: #e6ebf1; --soft: #9dabb9;
  --line: #2a3541; --link: #79b8ff; --pass: #6fd694; --pass-bg: #14301f; --warn: #f2c25c; --warn-bg: #362a10;
  --fail: #ff8f8a; --fail-bg: #3d1a1b; --skip: #a5b2bf; --skip-bg: #232d38; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 72px; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
header { margin-bottom: 28px; }
.eyebrow { margin: 0; color: var(--soft); font-size: 13px; letter-spacing: .04em; text-transform: uppercase; }
h1 { margin: 4px 0 20px; font-size: 30px; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 36px 0 10px; font-size: 18px; display: flex; align-items: baseline; gap: 10px; }
h2 small { color: var(--soft); font-weight: 400; font-size: 13px; }
.verdict { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 20px; padding: 18px 20px; border-radius: 12px;
  border: 1px solid currentColor; }
.verdict strong { font-size: 22px; }
.verdict p { margin: 0; color: var(--text); }
.verdict .tally { margin-left: auto; display: flex; gap: 8px; flex-wrap: wrap; }
.PASS { color: var(--pass); background: var(--pass-bg); } .WARN { color: var(--warn); background: var(--warn-bg); }
.FAIL { color: var(--fail); background: var(--fail-bg); } .SKIP { color: var(--skip); background: var(--skip-bg); }
.chip { display: inline-flex; align-items: center; gap: 6px; padding: 2px 10px 2px 8px; border-radius: 999px;
  font-size: 12.5px; font-weight: 650; white-space: nowrap; letter-spacing: .02em; }
.chip b { font-size: 13px; min-width: 1em; text-align: center; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, max-content)); gap: 12px 36px;
  margin: 20px 0 0; }
.facts dt { color: var(--soft); font-size: 13px; } .facts dd { margin: 0; overflow-wrap: anywhere; }
.sheet { background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 11px 16px; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-size: 12.5px; font-weight: 500; padding-block: 9px; }
tbody th { font-weight: 600; }
.s { width: 92px; } .n { width: 30%; } .v { width: 25%; } .l { width: auto; }
.note { display: block; color: var(--soft); font-weight: 400; font-size: 13.5px; overflow-wrap: anywhere; }
.at { display: flex; flex-wrap: wrap; gap: 2px 12px; margin-top: 4px; }
.value { font-weight: 600; overflow-wrap: anywhere; } .unit { color: var(--soft); }
code { font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
details { margin-top: 36px; } summary { cursor: pointer; font-size: 18px; font-weight: 700; margin-bottom: 10px; }
footer { margin-top: 40px; color: var(--soft); font-size: 13.5px; }
@media (max-width: 720px) { main { padding: 24px 14px 48px; } h1 { font-size: 24px; } thead { display: none; }
  tr { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; padding: 12px 14px;
    border-top: 1px solid var(--line); }
  tbody tr:first-child { border-top: 0; } th, td { padding: 0; border: 0; width: auto !important; }
  td.v, td.l { grid-column: 1 / -1; } td.l::before { content: "Limit: "; color: var(--soft); }
  .verdict .tally { margin-left: 0; } }
@media print { body { background: #fff; } .sheet { break-inside: avoid; } }
`.trim();
