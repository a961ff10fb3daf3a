import type { WebhookDelivery, WebhookTest, WebhookView } from "@greenlight/contract/webhook";

/** One line per webhook, and why it is switched off where it is. */
export function webhookLines(webhooks: readonly WebhookView[]): string {
  if (webhooks.length === 0) return "No webhooks.\n";
  return webhooks
    .flatMap(({ name, status, pending, dead, url, events, disabled_reason }) => [
      `${name}  ${status.padEnd(8)}  ${pending} pending  ${dead} dead  ${url}  ${events.join(", ")}`,
      ...(disabled_reason === null ? [] : [`  ${disabled_reason}`]),
    ])
    .join("\n")
    .concat("\n");
}

/** One line per delivery. */
export function deliveryLines(deliveries: readonly WebhookDelivery[]): string {
  if (deliveries.length === 0) return "No deliveries.\n";
  return deliveries
    .map((one) => {
      const tries = `${one.attempts} ${one.attempts === 1 ? "try" : "tries"}`;
      const next = one.next_try_at === null ? "" : `next ${one.next_try_at}`;
      const how = one.last_error ?? one.last_http_status ?? "";
      return `${one.event_id}  ${one.status.padEnd(9)}  ${one.type.padEnd(18)}  ${tries.padEnd(8)}  ${next}  ${how}`.trimEnd();
    })
    .join("\n")
    .concat("\n");
}

/** How a test went. */
export function testText(name: string, { accepted, http_status, error, duration_ms }: WebhookTest): string {
  const how = accepted ? `accepted with ${http_status}` : `not accepted: ${error}`;
  return `${name}: ${how}, after ${duration_ms} ms\n`;
}
