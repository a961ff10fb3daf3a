import type { Artifact } from "@greenlight/contract/artifact";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "./use-api.ts";

type ContentUrl = (
  artifact: Pick<Artifact, "id" | "version">,
  options?: { readonly download?: boolean },
) => string;

/**
 * Addresses of a job's artifacts for `<img>`, `<video>` and links, which cannot send the token: they carry a ticket
 * for this one job. Undefined until the ticket is there; it is kept while the page is, so that no player starts over.
 */
export function useContentUrl(jobId: string): ContentUrl | undefined {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ["content_ticket", jobId],
    queryFn: () => api.ticket({ use: "content", job_id: jobId }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  if (!data) return undefined;
  return (artifact, options) =>
    api.contentUrl(jobId, artifact.id, { ticket: data.ticket, version: artifact.version, ...options });
}
