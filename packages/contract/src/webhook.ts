import { z } from "zod";
import { eventType } from "./event.ts";
import { instant, slug, uuid7 } from "./ids.ts";

/** Standard Webhooks writes keys as `whsec_` and base64; any other text is taken as its UTF-8 bytes. */
export const webhookSecret = z
  .string()
  .min(24)
  .max(500)
  .refine((text) => !text.startsWith("whsec_") || /^whsec_[A-Za-z0-9+/]{24,}={0,2}$/.test(text), {
    message: "base64 after whsec_",
  });

/** One line of `webhooks` in `conf/operator.yaml`: who hears of which events. */
export const webhookConfig = z
  .strictObject({
    /** Names the webhook in the API and keeps its place in the log: another name starts at the log's end. */
    name: slug,
    url: z.url({ protocol: /^https?$/ }),
    events: z.array(eventType).min(1),
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
  /** Tries that ended, however they ended. */
  attempts: z.int(),
  /** HTTP status of the last try; null where there was no answer. */
  last_http_status: z.int().nullable(),
  /** What went wrong at the last try; null where nothing did. */
  last_error: z.string().nullable(),
  /** When it was taken from the log. */
  created_at: instant,
  last_try_at: instant.nullable(),
  /** null unless pending. */
  next_try_at: instant.nullable(),
});
export const deliveryList = z.object({ deliveries: z.array(webhookDelivery) });
export type WebhookDelivery = z.infer<typeof webhookDelivery>;

export const listDeliveries = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
