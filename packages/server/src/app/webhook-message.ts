import { createHmac } from "node:crypto";
import type { JobEvent } from "@greenlight/contract/event";
import type { WebhookPayload } from "@greenlight/contract/webhook";

export type SignedMessage = { readonly headers: Record<string, string>; readonly body: string };

/** The request that tells of an event. Its body is the same bytes at every try. `url`: where the job is shown. */
export function eventMessage(
  event: JobEvent,
  job: { readonly slug: string; readonly url: string | null },
  key: Uint8Array,
  timestamp: number,
): SignedMessage {
  const { slug, url } = job;
  const { hash: _, origin, ...told } = event;
  const data = {
    ...told,
    origin: { via: origin.via },
    job: { id: event.job_id, slug, status: event.status, url },
  };
  return signed(event.id, { type: event.type, timestamp: event.ts, data }, key, timestamp);
}

/** The request that tells of nothing, to see whether it arrives and its signature is understood. */
export function testMessage(id: string, webhook: string, key: Uint8Array, now: number): SignedMessage {
  const data = { webhook, message: "A test of this webhook. Nothing has happened." };
  const payload = { type: "webhook_test", timestamp: new Date(now).toISOString(), data } as const;
  return signed(id, payload, key, Math.floor(now / 1000));
}

/**
 * Signed as Standard Webhooks asks (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
 * HMAC-SHA256 over `id.timestamp.body`. The timestamp (seconds since the epoch) is the try's, so that a receiver can
 * refuse an old recording.
 */
function signed(id: string, payload: WebhookPayload, key: Uint8Array, timestamp: number): SignedMessage {
  const body = JSON.stringify(payload);
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
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
