import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../lib/use-api.ts";
import { Link } from "../link.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { WebhookCard } from "./webhook-card.tsx";

const POLL_MS = 5000;

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
        <WebhookCard key={webhook.name} webhook={webhook} />
      ))}
    </section>
  );
}
