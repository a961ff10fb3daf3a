import { DELIVERY_STATUSES, type WebhookDelivery } from "@greenlight/contract/webhook";
import { Option } from "commander";
import type { ClientRunner, Common } from "./client-runner.ts";
import { EXIT } from "./context.ts";
import { wholeNumber } from "./option-values.ts";
import { deliveryLines, testText, webhookLines } from "./webhook-text.ts";

/** `greenlight webhooks …`: who is told of what, how it went, and doing it again. */
export function addWebhookCommands(runner: ClientRunner): void {
  const { withClient, print, runs } = runner;
  const { command } = runner.group("webhooks", "Who is told of which events, and how it went");

  command("list", "List the webhooks; what `greenlight webhooks` alone does").action(
    runs((options: Common) =>
      withClient(options, async (client) => {
        const found = await client.webhooks();
        return print(options, { webhooks: found }, webhookLines(found));
      }),
    ),
  );

  command("deliveries <name>", "What was sent to a webhook and how it went, newest event first")
    .option("--limit <n>", "at most so many", wholeNumber(1, 1000), 50)
    .addOption(new Option("--status <status>", "only these").choices(DELIVERY_STATUSES))
    .action(
      runs(
        (
          name: string,
          { limit, status, ...options }: Common & { limit: number; status?: WebhookDelivery["status"] },
        ) =>
          withClient(options, async (client) => {
            const query = { limit, ...(status === undefined ? {} : { status }) };
            const deliveries = await client.webhookDeliveries(name, query);
            return print(options, { deliveries }, deliveryLines(deliveries));
          }),
      ),
    );

  command("redeliver <name> <event_id>", "Send an event to a webhook again, at once").action(
    runs((name: string, eventId: string, options: Common) =>
      withClient(options, async (client) => {
        const delivery = await client.redeliver(name, eventId);
        return print(options, delivery, deliveryLines([delivery]));
      }),
    ),
  );

  command("test <name>", "Send a test message once; ends with 1 if it is not accepted").action(
    runs((name: string, options: Common) =>
      withClient(options, async (client) => {
        const told = await client.testWebhook(name);
        print(options, told, testText(name, told));
        return told.accepted ? EXIT.done : EXIT.failed;
      }),
    ),
  );
}
