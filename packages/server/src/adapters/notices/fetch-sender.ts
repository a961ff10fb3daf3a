import type { NoticeSender } from "../../app/ports/webhooks.ts";

/** Posts over HTTP. Credentials in the address are sent as Basic authorization; the answer's body is not read. */
export function createFetchSender(options: { readonly timeout_ms: number }): NoticeSender {
  return {
    async send({ url, headers, body, signal }) {
      const target = new URL(url);
      const credentials = basic(target);
      target.username = "";
      target.password = "";
      try {
        const response = await fetch(target, {
          method: "POST",
          headers: { ...headers, ...credentials, "user-agent": "Greenlight" },
          body,
          redirect: "manual",
          signal: AbortSignal.any([signal, AbortSignal.timeout(options.timeout_ms)]),
        });
        await response.body?.cancel();
        return { status: response.status, retry_after: response.headers.get("retry-after") };
      } catch (error) {
        throw new Error(reasonOf(error, options.timeout_ms), { cause: error });
      }
    },
  };
}

function basic({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair, "utf8").toString("base64")}` };
}

/** fetch says "fetch failed" and keeps what happened in `cause`. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
