import type { NoticeSender, Reply } from "./ports/webhooks.ts";
import type { SignedMessage } from "./webhook-message.ts";

/** How a receiver answered: `error` is null if it accepted. */
export type Answer = {
  readonly http_status: number | null;
  readonly error: string | null;
  /** The header Retry-After of an answer that says "later" (429, 503); null where there is none. */
  readonly retry_after: string | null;
};

/** Sends a message once; null = ended by the signal. */
export async function attempt(
  sender: NoticeSender,
  url: string,
  message: SignedMessage,
  signal: AbortSignal,
): Promise<Answer | null> {
  try {
    return answerOf(await sender.send({ url, ...message, signal }));
  } catch (error) {
    if (signal.aborted) return null;
    const reason = error instanceof Error ? error.message : String(error);
    return { http_status: null, error: reason, retry_after: null };
  }
}

function answerOf({ status, retry_after }: Reply): Answer {
  const accepted = status >= 200 && status < 300;
  return {
    http_status: status,
    error: accepted ? null : refusalOf(status),
    retry_after: status === 429 || status === 503 ? retry_after : null,
  };
}

function refusalOf(status: number): string {
  return status >= 300 && status < 400
    ? `answered ${status}; redirects are not followed`
    : `answered ${status}`;
}
