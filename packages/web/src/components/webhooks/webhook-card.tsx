import type { WebhookTest, WebhookView } from "@greenlight/contract/webhook";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Bar, roleBar } from "../../lib/bars.ts";
import { useApi, useMe } from "../../lib/use-api.ts";
import { durationWords } from "../../lib/words.ts";
import { ActionButton, BarNote } from "../action-button.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { Deliveries } from "./deliveries.tsx";

/** One receiver: what it hears of, whether it is on, a message to try it with, and what was sent. */
export function WebhookCard({ webhook }: { webhook: WebhookView }) {
  const api = useApi();
  const me = useMe();
  const [open, setOpen] = useState(false);
  const { name, url, events, status, disabled_reason, gone_since, pending, dead } = webhook;
  const isOff = status === "disabled";
  const off: Bar = isOff ? "Nothing is sent while it is switched off." : null;
  // A receiver that is gone is switched on by a test.
  const testOff = gone_since === null ? off : null;
  const bars = { test: roleBar(me, "test_webhook") ?? testOff, redeliver: roleBar(me, "redeliver") ?? off };
  const queries = useQueryClient();
  const test = useMutation({
    mutationFn: () => api.testWebhook(name),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["webhooks"] }),
  });
  return (
    <section
      aria-labelledby={`webhook-${name}`}
      className={`card overflow-hidden ${isOff ? "border-warn" : ""}`}
    >
      <div className="space-y-3 p-4">
        <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
          <div className="min-w-0 grow basis-60">
            <div className="flex flex-wrap items-center gap-2">
              <h2 id={`webhook-${name}`} className="font-semibold wrap-anywhere">
                {name}
              </h2>
              <span className={`chip ${isOff ? "bg-warn-soft text-warn" : "bg-accent-soft text-accent"}`}>
                {isOff ? "switched off" : "active"}
              </span>
            </div>
            <p className="text-sm text-muted wrap-anywhere">{url}</p>
            <p className="text-xs text-muted tabular-nums">
              {pending} pending · <span className={dead > 0 ? "text-danger" : ""}>{dead} given up</span>
            </p>
          </div>
          <ActionButton
            look="button-small"
            bar={bars.test}
            busy={test.isPending}
            label={`Send a test to ${name}`}
            onClick={() => test.mutate()}
          >
            {test.isPending ? "Sending…" : "Send a test"}
          </ActionButton>
        </div>
        {isOff && (
          <p className="rounded-lg bg-warn-soft px-3 py-2 text-sm wrap-anywhere">
            <span className="font-medium">Switched off:</span> {disabled_reason} What it should have heard is
            kept for it until{" "}
            {gone_since === null
              ? "this is put right and the server is started again."
              : "a test is accepted."}
          </p>
        )}
        <ul className="flex flex-wrap gap-1.5" aria-label={`What ${name} hears of`}>
          {events.map((event) => (
            <li key={event} className="chip">
              {event.replaceAll("_", " ")}
            </li>
          ))}
        </ul>
        <div role="status">{test.data && <TestResult test={test.data} />}</div>
        <ProblemNote error={test.error} />
        <BarNote bars={isOff ? [roleBar(me, "test_webhook")] : [bars.test, bars.redeliver]} />
      </div>
      <details className="border-t border-line" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="fold px-4 py-2.5 text-sm text-muted">Last deliveries</summary>
        {open && <Deliveries name={name} bar={bars.redeliver} />}
      </details>
    </section>
  );
}

function TestResult({ test }: { test: WebhookTest }) {
  const { accepted, http_status, error, duration_ms } = test;
  const answer = error ?? (http_status === null ? "no answer" : `answered ${http_status}`);
  return (
    <p
      className={`rounded-lg px-3 py-2 text-sm wrap-anywhere ${accepted ? "bg-accent-soft" : "bg-danger-soft"}`}
    >
      <span className={`font-medium ${accepted ? "text-accent" : "text-danger"}`}>
        {accepted ? "The test was taken" : "The test was not taken"}
      </span>
      : {answer} after {durationWords(duration_ms)}
    </p>
  );
}
