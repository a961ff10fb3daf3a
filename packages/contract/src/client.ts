/**
 * The typed client of the API, for the CLI and the console. Every call resolves with what the contract says or throws
 * `ProblemError` (the server refused) or the error of `fetch` (the server is away). `events` outlives both a dropped
 * connection and a restart of the server: it comes back with the id of the last event it gave, so its reader sees
 * every event once, in order.
 */

import type { Me } from "./access.ts";
import type {
  ArtifactDetail,
  CompileBrief,
  ConfigKind,
  ConfigReport,
  CreateJobInput,
  CreateTicketInput,
  Decision,
  EventPage,
  Health,
  JobPage,
  PatchKind,
  PauseJob,
  RejectDecision,
  ResumeJob,
  RetryJob,
  Ticket,
  Upload,
} from "./api.ts";
import type { Artifact } from "./artifact.ts";
import type { AuditPage, ChainReport } from "./audit.ts";
import type { Brief } from "./brief.ts";
import type { Comparison } from "./comparison.ts";
import type { CreateDecisionLinkInput, DecisionLink } from "./decision-link.ts";
import type { JobStatus } from "./event.ts";
import { eventStream, type StreamItem } from "./event-stream.ts";
import type { Gate, GateStatus } from "./gate.ts";
import type { Job } from "./job.ts";
import type { Patch } from "./patch.ts";
import type { Pipeline } from "./pipeline.ts";
import { problemOf } from "./problem-error.ts";
import type { WebhookDelivery, WebhookTest, WebhookView } from "./webhook.ts";

/** Says which client asks; `cli` is recorded as the origin of what it does. */
export const CLIENT_HEADER = "x-greenlight-client";

export type ClientOptions = {
  /** Origin of the server, e.g. `http://127.0.0.1:8008`. */
  readonly url: string;
  readonly token: string;
  /** Sent as the client header; absent = none. */
  readonly client?: "cli";
  readonly fetch?: typeof fetch;
};

export type CallOptions = { readonly signal?: AbortSignal };
export type ListJobs = {
  readonly status?: readonly JobStatus[];
  readonly pipeline?: string;
  readonly q?: string;
  readonly limit?: number;
  readonly cursor?: string;
};
export type ContentOptions = CallOptions & {
  readonly version?: number;
  /** Bytes start…end inclusive. */
  readonly range?: { readonly start: number; readonly end?: number };
};
export type StreamOptions = CallOptions & {
  /** Id of the last event seen; absent = from the first. For all jobs also `now`. */
  readonly after?: string;
};

export type Client = ReturnType<typeof createClient>;

export function createClient(options: ClientOptions) {
  const origin = options.url.replace(/\/+$/, "");
  const doFetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  const path = (...parts: string[]) => `${origin}/api/v1/${parts.map(encodeURIComponent).join("/")}`;

  /** @throws ProblemError */
  async function call(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${options.token}`);
    if (options.client !== undefined) headers.set(CLIENT_HEADER, options.client);
    const response = await doFetch(url, { ...init, headers });
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  async function get<T>(url: string, call_options: CallOptions = {}): Promise<T> {
    return (await call(url, { ...call_options })).json() as Promise<T>;
  }

  async function post<T>(url: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
    const init = { method: "POST", body: JSON.stringify(body) };
    const response = await call(url, {
      ...init,
      headers: { "content-type": "application/json", ...headers },
    });
    return response.json() as Promise<T>;
  }

  function streamOf(url: string, { after, signal }: StreamOptions): AsyncGenerator<StreamItem, void> {
    const open = (lastEventId: string | undefined, inner: AbortSignal) => {
      const query = lastEventId === "now" ? "?after=now" : "";
      const headers: Record<string, string> = { accept: "text/event-stream" };
      if (lastEventId !== undefined && lastEventId !== "now") headers["last-event-id"] = lastEventId;
      return call(`${url}${query}`, { headers, signal: inner });
    };
    return eventStream(open, { after, signal });
  }

  return {
    me: (o?: CallOptions) => get<Me>(path("me"), o),
    health: (o?: CallOptions) => get<Health>(path("healthz"), o),

    /** `idempotency_key`: sent again with the same request, it returns the job it made. */
    createJob: (request: CreateJobInput, o: { readonly idempotency_key?: string } = {}) =>
      post<Job>(
        path("jobs"),
        request,
        o.idempotency_key === undefined ? {} : { "idempotency-key": o.idempotency_key },
      ),
    listJobs: (query: ListJobs = {}, o?: CallOptions) =>
      get<JobPage>(withQuery(path("jobs"), { ...query, status: query.status?.join(",") }), o),
    job: (id: string, o?: CallOptions) => get<Job>(path("jobs", id), o),
    approve: (id: string, decision: Decision) => post<Job>(path("jobs", id, "approve"), decision),
    reject: (id: string, decision: RejectDecision) => post<Job>(path("jobs", id, "reject"), decision),
    resume: (id: string, request: ResumeJob = {}) => post<Job>(path("jobs", id, "resume"), request),
    pause: (id: string, request: PauseJob = {}) => post<Job>(path("jobs", id, "pause"), request),
    cancel: (id: string, request: { readonly notes?: string } = {}) =>
      post<Job>(path("jobs", id, "cancel"), request),
    retry: (id: string, request: RetryJob = {}) => post<Job>(path("jobs", id, "retry"), request),

    gateStatus: async (id: string, o?: CallOptions) =>
      (await get<{ gates: GateStatus[] }>(path("jobs", id, "gates", "status"), o)).gates,
    decisions: async (id: string, o?: CallOptions) =>
      (await get<{ decisions: Gate[] }>(path("jobs", id, "gates", "decisions"), o)).decisions,
    decision: (id: string, stage: string, o?: CallOptions) =>
      get<Gate>(path("jobs", id, "gates", stage, "decision"), o),

    /** A link by which one person decides this open gate once; its `url` is told this once. */
    createDecisionLink: (id: string, stage: string, request: CreateDecisionLinkInput) =>
      post<DecisionLink>(path("jobs", id, "gates", stage, "links"), request),

    applyPatch: (id: string, stage: string, patch: Patch) =>
      post<Job>(path("jobs", id, "patches", stage, "apply"), patch),
    patchTypes: async (o?: CallOptions) =>
      (await get<{ types: PatchKind[] }>(path("patches", "types"), o)).types,

    artifacts: async (id: string, o?: CallOptions) =>
      (await get<{ artifacts: Artifact[] }>(path("jobs", id, "artifacts"), o)).artifacts,
    artifact: (id: string, artifactId: string, o?: CallOptions) =>
      get<ArtifactDetail>(path("jobs", id, "artifacts", artifactId), o),
    /** Default: the last two versions. */
    compare: (
      id: string,
      artifactId: string,
      versions: { readonly from?: number; readonly to?: number } = {},
      o?: CallOptions,
    ) => get<Comparison>(withQuery(path("jobs", id, "artifacts", artifactId, "compare"), versions), o),
    /** Makes an earlier version the newest again. */
    revert: (id: string, artifactId: string, version: number) =>
      post<Job>(path("jobs", id, "artifacts", artifactId, "revert"), { version }),
    /** The response itself, so that the caller chooses text, JSON, a blob or a stream. */
    content: (id: string, artifactId: string, o: ContentOptions = {}) =>
      call(withQuery(path("jobs", id, "artifacts", artifactId, "content"), { version: o.version }), {
        ...(o.signal === undefined ? {} : { signal: o.signal }),
        headers: o.range === undefined ? {} : { range: `bytes=${o.range.start}-${o.range.end ?? ""}` },
      }),
    /** Address for `<video src>` and links; needs a content ticket of the job. */
    contentUrl: (
      id: string,
      artifactId: string,
      o: { readonly ticket: string; readonly version?: number; readonly download?: boolean },
    ) =>
      withQuery(path("jobs", id, "artifacts", artifactId, "content"), {
        version: o.version,
        download: o.download === true ? "1" : undefined,
        ticket: o.ticket,
      }),

    upload: async (file: Blob, filename: string, o: CallOptions = {}) => {
      const body = new FormData();
      body.append("file", file, filename);
      const response = await call(path("uploads"), { method: "POST", body, ...o });
      return (await response.json()) as Upload;
    },

    eventPage: (
      id: string,
      query: { readonly after?: string; readonly limit?: number; readonly wait_s?: number } = {},
      o?: CallOptions,
    ) => get<EventPage>(withQuery(path("jobs", id, "events"), query), o),
    /** Events of one job, replayed from `after` and then live, until `signal` aborts. */
    events: (id: string, o: StreamOptions = {}) => streamOf(path("jobs", id, "events", "stream"), o),
    /** Events of all jobs. */
    allEvents: (o: StreamOptions = {}) => streamOf(path("events", "stream"), o),

    audit: (
      id: string,
      query: { readonly after_seq?: number; readonly limit?: number } = {},
      o?: CallOptions,
    ) => get<AuditPage>(withQuery(path("jobs", id, "audit"), query), o),

    /** The whole audit, one entry a line. */
    auditLines: (id: string, o: CallOptions = {}) =>
      call(withQuery(path("jobs", id, "audit"), { format: "jsonl" }), { ...o }),
    auditChain: (id: string, o?: CallOptions) => get<ChainReport>(path("jobs", id, "audit", "chain"), o),

    webhooks: async (o?: CallOptions) =>
      (await get<{ webhooks: WebhookView[] }>(path("webhooks"), o)).webhooks,
    /** Newest event first. */
    webhookDeliveries: async (
      name: string,
      query: { readonly limit?: number; readonly status?: WebhookDelivery["status"] } = {},
      o?: CallOptions,
    ) =>
      (
        await get<{ deliveries: WebhookDelivery[] }>(
          withQuery(path("webhooks", name, "deliveries"), query),
          o,
        )
      ).deliveries,
    /** Sends an event again, at once, whatever came of it before. */
    redeliver: (name: string, eventId: string) =>
      post<WebhookDelivery>(path("webhooks", name, "deliveries", eventId, "redeliver"), {}),
    testWebhook: (name: string) => post<WebhookTest>(path("webhooks", name, "test"), {}),

    pipelines: async (o?: CallOptions) =>
      (await get<{ pipelines: Pipeline[] }>(path("pipelines"), o)).pipelines,
    pipeline: (name: string, o?: CallOptions) => get<Pipeline>(path("pipelines", name), o),
    operatorConfig: (o?: CallOptions) => get<unknown>(path("config", "operator"), o),
    validateConfig: (kind: ConfigKind, text: string) =>
      post<ConfigReport>(path("config", "validate"), { kind, text }),
    compileBrief: async (request: CompileBrief) =>
      (await post<{ brief: Brief }>(path("compile-brief"), request)).brief,
    ticket: (request: CreateTicketInput = {}) => post<Ticket>(path("tickets"), request),
  };
}

function withQuery(
  url: string,
  query: Readonly<Record<string, string | number | undefined | readonly string[]>>,
) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? url : `${url}?${search}`;
}
