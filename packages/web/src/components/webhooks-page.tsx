import type { WebhookDelivery, WebhookView } from "@greenlight/contract/webhook";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../lib/use-api.ts";
import { agoWords, clockWords, countWords } from "../lib/words.ts";
import { Link } from "./link.tsx";
import { ProblemNote } from "./problem-note.tsx";

const POLL_MS = 5000;
const SHOWN = 20;
const TONE: Readonly<Record<WebhookDelivery["status"], string>> = {
  pending: "bg-warn-soft text-warn",
  delivered: "bg-accent-soft text-accent",
  dead: "bg-danger-soft text-danger",
};

/** Who is told of which events, and how it went. They are set in `conf/operator.yaml`. */
export function WebhooksPage() {
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: ["webhooks"],
    queryFn: () => api.webhooks(),
    refetchInterval: POLL_MS,
  });
  return (
    <section aria-labelledby="webhooks-heading" className="space-y-4">
      <Link to="/" className="block w-fit text-sm text-accent hover:underline">
        ← All jobs
      </Link>
      <h1 id="webhooks-heading" className="text-2xl font-semibold tracking-tight">
        Webhooks
      </h1>
      <ProblemNote error={error} />
      {!data && !error && <p className="text-muted">Loading…</p>}
      {data?.length === 0 && (
        <p className="card p-8 text-center text-sm text-muted">
          Nobody is told of events. Name an address under <code>webhooks</code> in{" "}
          <code>conf/operator.yaml</code>.
        </p>
      )}
      {data?.map((webhook) => (
        <Webhook key={webhook.name} webhook={webhook} />
      ))}
    </section>
  );
}

function Webhook({ webhook }: { webhook: WebhookView }) {
  const [open, setOpen] = useState(false);
  const { name, url, events, pending, dead } = webhook;
  return (
    <section aria-labelledby={`webhook-${name}`} className="card overflow-hidden">
      <div className="space-y-2 p-4">
        <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
          <h2 id={`webhook-${name}`} className="font-semibold">
            {name}
          </h2>
          <span className="min-w-0 grow text-sm text-muted wrap-anywhere">{url}</span>
          <span className="text-xs text-muted tabular-nums">
            {pending} pending · <span className={dead > 0 ? "text-danger" : ""}>{dead} given up</span>
          </span>
        </div>
        <ul className="flex flex-wrap gap-1.5">
          {events.map((event) => (
            <li key={event} className="chip">
              {event.replaceAll("_", " ")}
            </li>
          ))}
        </ul>
      </div>
      <details className="border-t border-line" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="px-4 py-2.5 text-sm text-muted">Last deliveries</summary>
        {open && <Deliveries name={name} />}
      </details>
    </section>
  );
}

function Deliveries({ name }: { name: string }) {
  const api = useApi();
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: ["deliveries", name],
    queryFn: () => api.webhookDeliveries(name, { limit: SHOWN }),
    refetchInterval: POLL_MS,
  });
  if (error) return <ProblemNote error={error} />;
  if (!data) return <p className="px-4 pb-3 text-sm text-muted">Loading…</p>;
  if (data.length === 0) return <p className="px-4 pb-3 text-sm text-muted">Nothing was sent yet.</p>;
  return (
    <ul className="divide-y divide-line border-t border-line">
      {data.map((delivery) => (
        <DeliveryRow key={delivery.event_id} delivery={delivery} now={dataUpdatedAt} />
      ))}
    </ul>
  );
}

function DeliveryRow({ delivery, now }: { delivery: WebhookDelivery; now: number }) {
  const { type, job_id, status, attempts, last_http_status, last_error, created_at, next_try_at } = delivery;
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-2 text-sm">
      <span className={`w-20 rounded px-1.5 py-0.5 text-center text-xs font-semibold ${TONE[status]}`}>
        {status === "dead" ? "given up" : status}
      </span>
      <Link to={`/jobs/${job_id}`} className="link">
        {type.replaceAll("_", " ")}
      </Link>
      <span className="grow text-xs text-muted wrap-anywhere">
        {countWords(attempts, "try", "tries")}
        {last_http_status !== null && ` · answered ${last_http_status}`}
        {last_error !== null && ` · ${last_error}`}
        {next_try_at !== null && ` · next at ${clockWords(next_try_at)}`}
      </span>
      <time dateTime={created_at} className="text-xs text-muted">
        {agoWords(created_at, now)}
      </time>
    </li>
  );
}
