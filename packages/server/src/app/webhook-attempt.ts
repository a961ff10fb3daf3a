import type { NoticeSender, TryResult } from "./ports/webhooks.ts";
import type { SignedMessage } from "./webhook-message.ts";

/** How a receiver answered: `error` is null if it accepted. */
export type Answer = Pick<TryResult, "http_status" | "error">;

/** Sends a message once; null = ended by the signal. */
export async function attempt(
  sender: NoticeSender,
  url: string,
  message: SignedMessage,
  signal: AbortSignal,
): Promise<Answer | null> {
  try {
    const status = await sender.send({ url, ...message, signal });
    return { http_status: status, error: status >= 200 && status < 300 ? null : refusalOf(status) };
  } catch (error) {
    if (signal.aborted) return null;
    return { http_status: null, error: error instanceof Error ? error.message : String(error) };
  }
}

function refusalOf(status: number): string {
  return status >= 300 && status < 400
    ? `answered ${status}; redirects are not followed`
    : `answered ${status}`;
}
