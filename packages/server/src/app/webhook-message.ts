import { createHmac } from "node:crypto";
import type { JobEvent } from "@greenlight/contract/event";

/**
 * The request that tells of an event, signed as Standard Webhooks asks
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): HMAC-SHA256 over
 * `id.timestamp.body`. The body is the same bytes at every try; the timestamp (seconds since the epoch) is the try's,
 * so that a receiver can refuse an old recording.
 */
export function webhookMessage(
  event: JobEvent,
  slug: string,
  key: Uint8Array,
  timestamp: number,
): { headers: Record<string, string>; body: string } {
  const job = { id: event.job_id, slug, status: event.status };
  const body = JSON.stringify({ type: event.type, timestamp: event.ts, data: { ...event, job } });
  const signature = createHmac("sha256", key).update(`${event.id}.${timestamp}.${body}`).digest("base64");
  return {
    headers: {
      "content-type": "application/json",
      "webhook-id": event.id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": `v1,${signature}`,
    },
    body,
  };
}

/** The bytes of a configured secret: base64 after `whsec_`, else the text itself. */
export function keyOf(secret: string): Uint8Array {
  return secret.startsWith("whsec_")
    ? Buffer.from(secret.slice("whsec_".length), "base64")
    : Buffer.from(secret, "utf8");
}
