import type { ConfigProblem, OperatorConfig } from "@greenlight/contract/config";
import { type WebhookConfig, webhookSecret } from "@greenlight/contract/webhook";
import type { ConfiguredWebhook } from "../app/ports/webhooks.ts";
import { keyOf } from "../app/webhook-message.ts";
import { problemAt, type YamlFile } from "./yaml-file.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

/** The webhooks, each with the key it signs with, or switched off where that is not to be had. */
export function webhooksOf({ webhooks }: OperatorConfig, variables: Variables): ConfiguredWebhook[] {
  return webhooks.map((webhook, index) => {
    const { name, url, events } = webhook;
    const found = findKey(webhook, variables);
    return "key" in found
      ? { name, url, events, key: found.key }
      : { name, url, events, disabled_reason: `webhooks.${index}.secret_env: ${found.fault}` };
  });
}

/** A fault for each webhook that is switched off. Never holds a variable's value. */
export function missingKeys(
  yaml: YamlFile,
  { webhooks }: OperatorConfig,
  variables: Variables,
): ConfigProblem[] {
  return webhooks.flatMap((webhook, index) => {
    const found = findKey(webhook, variables);
    if ("key" in found) return [];
    const remedy = `Set ${webhook.secret_env} where the server starts, and start it again; until then nothing is sent to ${webhook.name}.`;
    return [
      problemAt(yaml, ["webhooks", index, "secret_env"], "value", found.fault, remedy, {
        code: "invalid_config",
      }),
    ];
  });
}

function findKey({ secret, secret_env = "" }: WebhookConfig, variables: Variables) {
  const value = secret ?? variables[secret_env];
  if (value === undefined || value === "") return { fault: `The variable ${secret_env} is not set.` };
  const checked = webhookSecret.safeParse(value);
  if (checked.success) return { key: keyOf(checked.data) };
  return {
    fault: `The variable ${secret_env} holds no key: 24 to 500 characters, or whsec_ and base64.`,
  };
}
