/**
 * One job, kept fresh by its event stream: an event makes the job be read again, a progress frame is shown as it is.
 * The client opens the stream anew after a break, from the last event seen, so nothing is missed while it was away.
 * `isOlder`: the server told of something this page has no words for.
 */
import type { ProgressFrame } from "@greenlight/contract/event";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { clientFor, useSession } from "./use-api.ts";

export type Connection = "connecting" | "live" | "lost";

const REFRESH_MS = 150;

export function useLiveJob(id: string) {
  const { api, token } = useSession();
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  const [progress, setProgress] = useState<ProgressFrame | null>(null);
  const [isOlder, setOlder] = useState(false);
  const query = useQuery({ queryKey: ["job", id], queryFn: () => api.job(id) });

  useEffect(() => {
    const leave = new AbortController();
    let refresh: ReturnType<typeof setTimeout> | undefined;
    const refreshSoon = () => {
      refresh ??= setTimeout(() => {
        refresh = undefined;
        void queries.invalidateQueries({ queryKey: ["job", id] });
      }, REFRESH_MS);
    };
    const watched: typeof fetch = async (...request) => {
      const response = await fetch(...request).catch((error: unknown) => {
        if (!leave.signal.aborted) setConnection("lost");
        throw error;
      });
      setConnection(response.ok ? "live" : "lost");
      return response;
    };
    const watch = async () => {
      for await (const item of clientFor(token, { fetch: watched }).events(id, { signal: leave.signal })) {
        if (item.kind === "progress") setProgress(item.progress);
        else refreshSoon();
        if (item.kind === "unknown") setOlder(true);
      }
    };
    // What the server refuses here it refuses the query too, which shows it.
    watch().catch(() => setConnection("lost"));
    return () => {
      leave.abort();
      clearTimeout(refresh);
    };
  }, [token, id, queries]);

  return { query, connection, progress, isOlder };
}
