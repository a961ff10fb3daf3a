import type { GateStatus } from "@greenlight/contract/gate";
import type { Job } from "@greenlight/contract/job";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useApi } from "./use-api.ts";

/** A gate's people and clocks; `read_at` (milliseconds since the epoch) is when its clocks were read. */
export function useGateStatus(job: Job, stage: string) {
  const api = useApi();
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: ["gates", job.id, job.version],
    queryFn: () => api.gateStatus(job.id),
    placeholderData: keepPreviousData,
    // Each event of the job makes the answers before it useless.
    gcTime: 10_000,
  });
  const gate: GateStatus | undefined = data?.find((one) => one.stage === stage);
  return { gate, error, read_at: dataUpdatedAt };
}
