import { z } from "zod";
import { eventType, jobEvent, jobStatus } from "./event.ts";
import { instant, slug, uuid7 } from "./ids.ts";
import { origin } from "./origin.ts";
import { uniqueList } from "./unique-list.ts";

/**
 * Standard Webhooks writes keys as `whsec_` and the base64 of 24 to 64 bytes; any other text is taken as its UTF-8 bytes.
 */
export const webhookSecret = z
  .string()
  .min(24)
  .max(500)
  .refine((text) => !text.startsWith("whsec_") || isKeyBytes(text.slice("whsec_".length)), {
    message: "a key after whsec_ is 24 to 64 bytes in base64",
    params: {
      remedy: "Give whsec_ and the base64 of 24 to 64 random bytes, e.g. of `openssl rand -base64 32`.",
    },
  });

function isKeyBytes(base64: string): boolean {
  const digits = /^([A-Za-z0-9+/]+)(={0,2})$/.exec(base64);
  const [, text = "", padding = ""] = digits ?? [];
  const bytes = Math.floor((text.length * 3) / 4);
  const whole = padding === "" ? text.length % 4 !== 1 : (text.length + padding.length) % 4 === 0;
  return whole && bytes >= 24 && bytes <= 64;
}

/** One line of `webhooks` in `conf/operator.yaml`: who hears of which events. */
export const webhookConfig = z
  .strictObject({
    /** Names the webhook in the API and keeps its place in the log: another name starts at the log's end. */
    name: slug,
    url: z.url({ protocol: /^https?$/ }),
    events: uniqueList(eventType, 1),
    /** The key that signs; exactly one of the two. */
    secret: webhookSecret.optional(),
    /** Name of the environment variable that holds it. */
    secret_env: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "the name of an environment variable")
      .optional(),
  })
  .refine((webhook) => (webhook.secret === undefined) !== (webhook.secret_env === undefined), {
    message: "exactly one of secret and secret_env",
    path: ["secret"],
  });
export type WebhookConfig = z.infer<typeof webhookConfig>;

export const webhookConfigs = z.array(webhookConfig).superRefine((webhooks, context) => {
  webhooks.forEach(({ name }, index) => {
    if (webhooks.findIndex((other) => other.name === name) < index)
      context.addIssue({ code: "custom", path: [index, "name"], message: "a name no other webhook has" });
  });
});

/** A webhook as it is shown: the address without credentials and query, and never the key. */
export const webhookView = z.object({
  name: z.string(),
  url: z.string(),
  events: z.array(eventType),
  /**
   * `disabled`: nothing is sent, and everything is kept for it, until a key that was missing is there and the server started
   * again, or a receiver that was gone accepts a test.
   */
  status: z.enum(["active", "disabled"]),
  /** Why it is disabled; null where it is not. */
  disabled_reason: z.string().nullable(),
  /** Since when its receiver is gone (it answered 410); null where it is not. A test that is accepted ends it. */
  gone_since: instant.nullable(),
  /** Deliveries still to be made. */
  pending: z.int(),
  /** Deliveries given up. */
  dead: z.int(),
});
export const webhookList = z.object({ webhooks: z.array(webhookView) });
export type WebhookView = z.infer<typeof webhookView>;

export const DELIVERY_STATUSES = ["pending", "delivered", "dead"] as const;

/** One event on its way to one webhook. */
export const webhookDelivery = z.object({
  event_id: uuid7,
  type: eventType,
  job_id: uuid7,
  status: z.enum(DELIVERY_STATUSES),
  /** Tries that ended, however they ended; counted anew when it is sent again. */
  attempts: z.int(),
  /** HTTP status of the last try; null where there was no answer. */
  last_http_status: z.int().nullable(),
  /** What went wrong at the last try; null where nothing did. */
  last_error: z.string().nullable(),
  /** When it was taken from the log. */
  created_at: instant,
  last_try_at: instant.nullable(),
  /** When somebody last asked for it to be sent again; null where nobody did. */
  redelivered_at: instant.nullable(),
  /** null unless pending. */
  next_try_at: instant.nullable(),
});
export const deliveryList = z.object({ deliveries: z.array(webhookDelivery) });
export type WebhookDelivery = z.infer<typeof webhookDelivery>;

export const listDeliveries = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  /** Only these. */
  status: z.enum(DELIVERY_STATUSES).optional(),
});

/** `POST /webhooks/{name}/test`: how the one try went. It is no event: it stands in no log and is not tried again. */
export const webhookTest = z.object({
  /** The message's `webhook-id`. */
  id: uuid7,
  /** Whether the receiver answered 2xx. */
  accepted: z.boolean(),
  /** null where there was no answer. */
  http_status: z.int().nullable(),
  /** What went wrong; null where nothing did. */
  error: z.string().nullable(),
  duration_ms: z.int(),
});
export type WebhookTest = z.infer<typeof webhookTest>;

/**
 * What a receiver gets, as JSON: an event and its job, or a test. Of the origin it gets `via` alone: addresses and
 * whose token was shown are nobody's outside. Nor does it get the hash, by which an address could be guessed.
 */
export const webhookPayload = z.discriminatedUnion("type", [
  z.object({
    type: eventType,
    timestamp: instant,
    data: jobEvent.omit({ hash: true }).extend({
      origin: origin.pick({ via: true }),
      job: z.object({
        id: uuid7,
        slug: z.string(),
        status: jobStatus,
        /** The job in the console; null where nothing is served and no `server.public_url` is set. */
        url: z.string().nullable(),
      }),
    }),
  }),
  z.object({
    type: z.literal("webhook_test"),
    timestamp: instant,
    data: z.object({ webhook: z.string(), message: z.string() }),
  }),
]);
export type WebhookPayload = z.infer<typeof webhookPayload>;
