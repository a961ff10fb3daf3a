import type { AuditEntry } from "@greenlight/contract/audit";
import type { Client } from "@greenlight/contract/client";
import type { Job } from "@greenlight/contract/job";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useApi } from "./use-api.ts";

const PAGE = 1000;

/** Every entry of a job's audit, oldest first. */
export function useAudit(job: Job) {
  const api = useApi();
  return useQuery({
    queryKey: ["audit", job.id, job.version],
    queryFn: ({ signal }) => allEntries(api, job.id, signal),
    placeholderData: keepPreviousData,
    // Each event of the job makes the answers before it useless.
    gcTime: 10_000,
  });
}

async function allEntries(api: Client, id: string, signal: AbortSignal): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (let after_seq = 0; ; ) {
    const page = await api.audit(id, { after_seq, limit: PAGE }, { signal });
    entries.push(...page.entries);
    if (!page.has_more) return entries;
    after_seq = page.next_after_seq;
  }
}
