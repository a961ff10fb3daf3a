import type { WebhookDelivery } from "@greenlight/contract/webhook";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Bar } from "../../lib/bars.ts";
import { useApi } from "../../lib/use-api.ts";
import { agoWords, clockWords, countWords } from "../../lib/words.ts";
import { ActionButton } from "../action-button.tsx";
import { Link } from "../link.tsx";
import { ProblemNote } from "../problem-note.tsx";

const POLL_MS = 5000;
/** While something is under way. */
const QUICK_POLL_MS = 1000;
const SHOWN = 20;
const TONE: Readonly<Record<WebhookDelivery["status"], string>> = {
  pending: "bg-warn-soft text-warn",
  delivered: "bg-accent-soft text-accent",
  dead: "bg-danger-soft text-danger",
};

/** The newest messages to one receiver, each with what came of it. */
export function Deliveries({ name, bar }: { name: string; bar: Bar }) {
  const api = useApi();
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: ["deliveries", name],
    queryFn: () => api.webhookDeliveries(name, { limit: SHOWN }),
    refetchInterval: ({ state }) =>
      state.data?.some((one) => one.status === "pending") ? QUICK_POLL_MS : POLL_MS,
  });
  if (error)
    return (
      <div className="p-4">
        <ProblemNote error={error} />
      </div>
    );
  if (!data) return <p className="px-4 pb-3 text-sm text-muted">Loading…</p>;
  if (data.length === 0) return <p className="px-4 pb-3 text-sm text-muted">Nothing was sent yet.</p>;
  return (
    <ul className="divide-y divide-line border-t border-line">
      {data.map((delivery) => (
        <DeliveryRow key={delivery.event_id} name={name} bar={bar} delivery={delivery} now={dataUpdatedAt} />
      ))}
    </ul>
  );
}

function DeliveryRow(props: { name: string; bar: Bar; delivery: WebhookDelivery; now: number }) {
  const { name, bar, delivery, now } = props;
  const { event_id, type, job_id, status, attempts, last_http_status, last_error } = delivery;
  const api = useApi();
  const queries = useQueryClient();
  const again = useMutation({
    mutationFn: () => api.redeliver(name, event_id),
    onSuccess: (next) => {
      queries.setQueryData<WebhookDelivery[]>(["deliveries", name], (before) =>
        before?.map((one) => (one.event_id === next.event_id ? next : one)),
      );
      return queries.invalidateQueries({ queryKey: ["webhooks"] });
    },
  });
  const outcome = last_error ?? (last_http_status === null ? null : `answered ${last_http_status}`);
  const words = type.replaceAll("_", " ");
  return (
    <li className="space-y-2 px-4 py-2.5 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 sm:gap-x-4">
        <span className={`w-20 rounded px-1.5 py-0.5 text-center text-xs font-semibold ${TONE[status]}`}>
          {status === "dead" ? "given up" : status}
        </span>
        <span className="min-w-0 grow basis-28">
          <Link to={`/jobs/${job_id}`} className="link">
            {words}
          </Link>
          <span className="block text-xs text-muted wrap-anywhere">
            <time dateTime={delivery.created_at}>{agoWords(delivery.created_at, now)}</time>
            {` · ${countWords(attempts, "try", "tries")}`}
            {outcome !== null && ` · ${outcome}`}
            {delivery.next_try_at !== null && ` · next at ${clockWords(delivery.next_try_at)}`}
            {delivery.redelivered_at !== null && ` · sent again at ${clockWords(delivery.redelivered_at)}`}
          </span>
        </span>
        <ActionButton
          look="button-small"
          bar={bar}
          busy={again.isPending}
          label={`Send again: ${words}, to ${name}`}
          onClick={() => again.mutate()}
        >
          Send again
        </ActionButton>
      </div>
      <ProblemNote error={again.error} />
    </li>
  );
}
