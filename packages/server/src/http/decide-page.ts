import { createHash } from "node:crypto";
import type { Artifact } from "@greenlight/contract/artifact";
import type { Problem } from "@greenlight/contract/problem";
import escapeHtml from "escape-html";
import type { DecisionLink } from "../app/ports/decision-links.ts";
import type { JobState } from "../domain/state.ts";

const STYLE = `
:root{color-scheme:light dark;--bg:#f5f6f4;--card:#fff;--ink:#1a201c;--soft:#5a645d;--line:#d8ddd9;--go:#17693f;--stop:#a8281f}
@media(prefers-color-scheme:dark){:root{--bg:#121614;--card:#1b211e;--ink:#e8ede9;--soft:#a0aba4;--line:#343c37;--go:#2f9e63;--stop:#e5736a}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:56rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:.2rem 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1rem;margin:0;overflow-wrap:anywhere}
.brand{color:var(--go);font-weight:700;letter-spacing:.02em;margin:0}
p{margin:.4rem 0}
.soft{color:var(--soft);font-size:.875rem}
section,form{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.1rem;margin-top:1.1rem}
header.row{display:flex;flex-wrap:wrap;gap:.25rem 1rem;justify-content:space-between;align-items:baseline}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:.9rem/1.6 ui-monospace,monospace;margin:.9rem 0 0;max-height:32rem;overflow:auto}
img,video{display:block;max-width:100%;height:auto;margin-top:.9rem;border-radius:.4rem}
audio{width:100%;margin-top:.9rem}
a{color:var(--go)}
label{display:block;font-weight:600}
textarea{display:block;width:100%;min-height:7rem;margin:.4rem 0 1rem;padding:.7rem;border:1px solid var(--soft);border-radius:.5rem;background:var(--bg);color:var(--ink);font:inherit;resize:vertical}
.buttons{display:flex;flex-wrap:wrap;gap:.75rem}
button{flex:1 1 9rem;min-height:3rem;border-radius:.5rem;border:2px solid var(--go);background:var(--go);color:#fff;font:inherit;font-weight:700;cursor:pointer}
button[value=reject]{background:transparent;border-color:var(--stop);color:var(--stop)}
@media(prefers-color-scheme:dark){button[value=approve]{color:#08150d}}
:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
`;

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/** No script, nothing from elsewhere, no frame around it; the style is let through by its hash. */
export const DECIDE_CSP = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "img-src 'self'",
  "media-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page that asks. `texts`: the content of the artifacts that are shown as text, by artifact id. */
export function decidePage(
  { link, job }: { readonly link: DecisionLink; readonly job: JobState },
  token: string,
  texts: ReadonlyMap<string, string>,
): string {
  const until = new Date(link.expires_at).toISOString().replace("T", " ").slice(0, 16);
  // What is seen or heard says more to who decides than the files it is made from.
  const inOrder = link.artifacts.toSorted((a, b) => Number(isMedia(b)) - Number(isMedia(a)));
  const shown = inOrder.map((artifact) => artifactCard(artifact, token, texts.get(artifact.id)));
  return page(
    `Decide: ${link.stage} of ${job.slug}`,
    `<h1>${escapeHtml(link.stage)} of ${escapeHtml(job.slug)}</h1>
<p>${escapeHtml(job.intent)}</p>
<p class="soft">For ${escapeHtml(link.person)}. This link decides once, and is good until ${until} UTC.</p>
${shown.join("\n")}
<form method="post" action="/decide/${escapeHtml(token)}">
<label for="notes">Notes</label>
<textarea id="notes" name="notes" maxlength="10000"></textarea>
<div class="buttons"><button name="decision" value="approve">Approve</button><button name="decision" value="reject">Reject</button></div>
</form>`,
  );
}

const isMedia = ({ media_type }: { readonly media_type: string }) =>
  /^(image|audio|video)\//.test(media_type);

/** What was decided. */
export function decidedPage(link: DecisionLink, job: JobState, approved: boolean): string {
  const verb = approved ? "approved" : "rejected";
  return page(
    `${link.stage} ${verb}`,
    `<h1>You ${verb} ${escapeHtml(link.stage)}</h1>
<p>Recorded for ${escapeHtml(link.person)} on ${escapeHtml(job.slug)}. You can close this page.</p>`,
  );
}

/** Why a link does not work. */
export function refusedPage(problem: Problem): string {
  return page(
    problem.title,
    `<h1>${escapeHtml(problem.title)}</h1>
<p>${escapeHtml(problem.detail)}</p><p>${escapeHtml(problem.remedy)}</p><p class="soft">${escapeHtml(problem.code)}</p>`,
  );
}

function artifactCard(artifact: Artifact, token: string, text: string | undefined): string {
  const { name, version, size_bytes } = artifact;
  const facts = `version ${version}, ${sizeOf(size_bytes)}`;
  return `<section><header class="row"><h2>${escapeHtml(name)}</h2><span class="soft">${facts}</span></header>
${contentOf(artifact, `/decide/${token}/artifacts/${artifact.id}`, text)}</section>`;
}

function contentOf({ name, media_type }: Artifact, address: string, text: string | undefined): string {
  const [label, source] = [escapeHtml(name), escapeHtml(address)];
  if (text !== undefined) return `<pre tabindex="0" aria-label="${label}">${escapeHtml(text)}</pre>`;
  switch (media_type.split("/", 1)[0]) {
    case "image":
      return `<img src="${source}" alt="${label}" loading="lazy">`;
    case "video":
      return `<video src="${source}" aria-label="${label}" controls preload="metadata"></video>`;
    case "audio":
      return `<audio src="${source}" aria-label="${label}" controls preload="metadata"></audio>`;
    default:
      return `<p><a href="${source}">Open ${label}</a></p>`;
  }
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main><p class="brand">Greenlight</p>
${body}
</main></body></html>
`;
}

function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
