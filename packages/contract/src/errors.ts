/**
 * Every error code an outsider can meet: what it means and what to do. `docs/errors.md` is generated from this
 * table (`npm run docs:errors`) and a test holds the two equal. The HTTP status lives in the server's problem.ts.
 */
export const ERRORS = {
  bad_request: ["The request is malformed.", "Send what the OpenAPI document at /docs describes."],
  invalid_field: ["A field is missing, unknown or out of range.", "Correct the fields listed in `errors`."],
  invalid_yaml: ["The YAML does not parse.", "Mend the line and column named in the detail."],
  invalid_config: [
    "A configuration file is not valid.",
    "Mend the file, line and field named in the detail.",
  ],
  unauthorized: [
    "The token is missing or wrong.",
    "Send `Authorization: Bearer <token>`: your own, or the one in HOME/.greenlight/token.",
  ],
  host_not_allowed: [
    "The Host header names another machine.",
    "Use the bound address, or add the name to server.allowed_hosts.",
  ],
  external_bind_refused: [
    "Binding beyond loopback is off.",
    "Set server.allow_external_bind: true if you mean it.",
  ],
  rate_limited: ["Too many requests within a minute.", "Wait the seconds named in Retry-After."],
  payload_too_large: [
    "The body or file is larger than allowed.",
    "Send at most the limit named in the detail.",
  ],
  unsupported_media_type: [
    "This kind of content is not accepted here.",
    "Send one of the types named in the detail.",
  ],
  headers_too_large: ["The request's headers are larger than allowed.", "Send fewer or shorter headers."],
  method_not_allowed: ["This address does not take this method.", "Use a method named in the Allow header."],
  range_not_satisfiable: [
    "The range asked for lies outside of the content.",
    "Ask within the size named in Content-Range.",
  ],
  not_found: ["There is nothing at this address.", "Check the id or path."],
  job_not_found: ["No job has this id.", "List the jobs with GET /api/v1/jobs."],
  artifact_not_found: ["No such artifact or version.", "List them with GET /api/v1/jobs/{id}/artifacts."],
  pipeline_not_found: ["No pipeline has this name.", "List them with GET /api/v1/pipelines."],
  stage_not_found: ["The pipeline has no such stage.", "Use a stage id of the job's pipeline."],
  webhook_not_found: ["No webhook has this name.", "List them with GET /api/v1/webhooks."],
  webhook_disabled: [
    "This webhook is switched off.",
    "Mend what the detail names, then start the server again, or test the webhook if its receiver was gone.",
  ],
  delivery_not_found: [
    "Nothing of this event was sent to this webhook, or it is kept no more.",
    "List the deliveries with GET /api/v1/webhooks/{name}/deliveries.",
  ],
  link_not_found: [
    "No decision link has this address.",
    "Check that the whole link was copied, or ask for a new one.",
  ],
  link_used: [
    "This decision link was used already.",
    "Ask for a new link if something is still to be decided.",
  ],
  link_expired: ["This decision link has expired.", "Ask for a new link."],
  link_revoked: [
    "This decision link no longer counts.",
    "Ask an admin for a new one; the detail says whose right to decide ended.",
  ],
  upload_not_found: ["No upload has this id.", "Upload the file first with POST /api/v1/uploads."],
  unknown_cursor: ["The event or page cursor is unknown.", "Start again without it."],
  invalid_transition: [
    "The job's status does not allow this.",
    "Read the job's status; the detail says what is allowed.",
  ],
  gate_not_open: ["No gate is open at this stage.", "Read GET /api/v1/jobs/{id}/gates/status."],
  gate_already_decided: [
    "This gate was decided already.",
    "After an approval, retry with `reopen: true` or patch what stands; after a rejection, resume.",
  ],
  gate_stale_artifact: [
    "The artifacts changed since you looked.",
    "Look at the current versions, then decide.",
  ],
  approver_not_allowed: ["This name may not decide this gate.", "Ask one of the gate's approvers."],
  self_approval_refused: [
    "Whoever submitted the job may not approve this gate.",
    "Ask somebody else; the gate has `no_self_approval`.",
  ],
  role_not_allowed: [
    "The role of this token may not do this.",
    "Ask somebody with the role named in the detail.",
  ],
  beat_not_found: ["The storyboard has no such beat.", "Use a beat id of the current storyboard."],
  patch_invalid: [
    "A field of the patch is missing, unknown or out of range.",
    "Correct the fields listed in `errors`; GET /api/v1/patches/types has the schema and an example of each type.",
  ],
  patch_not_applicable: [
    "This patch type does not fit this stage.",
    "GET /api/v1/patches/types says which fits where.",
  ],
  patch_target_missing: [
    "What the patch names does not occur.",
    "Check the text, section, version or artifact it names.",
  ],
  patch_no_change: ["The patch changes nothing.", "Send a patch whose result differs."],
  patch_invalid_result: [
    "The patched artifact would break its schema.",
    "Correct the fields named in the detail.",
  ],
  patch_too_short: [
    "A beat would be shorter than its narration.",
    "Give at least the seconds named in the detail.",
  ],
  idempotency_conflict: [
    "This Idempotency-Key was used for another request.",
    "Use a new key for a new request.",
  ],
  version_conflict: ["The job changed at the same moment too often.", "Send the request again."],
  stale_attempt: ["The result belongs to an attempt that has ended.", "Nothing: the newer attempt counts."],
  script_not_drawable: [
    "A text is in a script that no bundled font has.",
    "Write it in another script; the message names the beat and the letters.",
  ],
  source_missing: [
    "A source file does not exist.",
    "Check the path; it is relative to the brief (or HOME/uploads/ over HTTP).",
  ],
  source_outside: [
    "A source path leads outside its folder.",
    "Keep sources beside the brief, or upload them.",
  ],
  source_empty: ["A source has no readable text.", "Give a source with sentences in it."],
  source_too_large: [
    "A source is larger than allowed.",
    "Shorten it, or raise limits.source_bytes in conf/global.yaml.",
  ],
  source_unreadable: [
    "A source could not be read as text.",
    "Give text, Markdown, HTML or a PDF that has text.",
  ],
  source_fetch_failed: [
    "A source URL could not be fetched.",
    "Check the address and that it is public, or save the page and name the file.",
  ],
  source_address_refused: [
    "A source URL leads to a private address.",
    "Save the page as a file, or set sources.allow_private_addresses.",
  ],
  voice_unknown: [
    "There is no voice of this name, or none for this language.",
    "Use a voice named in the detail, or configure one under speech.voices in conf/render.yaml.",
  ],
  media_unreadable: [
    "A picture, a piece of music or a film could not be decoded.",
    "Open the file in a player to see whether it is whole, then give it again in a common format.",
  ],
  media_not_usable: [
    "A video can be read, but not shown in a beat.",
    "Give a video with a picture, within the size and length named in the detail (limits in conf/global.yaml).",
  ],
  comparison_too_large: [
    "The two versions are too large, or differ in too much, to be compared here.",
    "Download both and compare them with a program of your own; the detail says which limit was met.",
  ],
  brief_too_thin: [
    "The brief says too little to make a video from.",
    "Give sources, or a prompt of several sentences.",
  ],
  stage_failed: ["A stage failed.", "Read the job's error and logs/<stage>.log, then retry."],
  stage_timeout: ["A stage ran longer than its timeout.", "Raise timeout_s in the pipeline, or retry."],
  stage_crashed: ["The stage's process died.", "Read logs/<stage>.log, then retry."],
  render_failed: [
    "A picture, a segment or the film could not be made.",
    "Read the detail; mend the file or setting it names, then retry.",
  ],
  provider_unavailable: [
    "A configured provider does not answer.",
    "Start it, or configure another in conf/modules.yaml.",
  ],
  unavailable: ["The server cannot do this now.", "Try again shortly; see the server's log."],
  internal: ["Something broke that should not.", "See the server's log; please report it."],
} as const satisfies Record<string, readonly [meaning: string, remedy: string]>;

export type ErrorCode = keyof typeof ERRORS;
