import type { Artifact } from "@greenlight/contract/artifact";
import { type Storyboard, storyboard } from "@greenlight/contract/storyboard";
import { skipToken, useQuery } from "@tanstack/react-query";
import { useApi } from "./use-api.ts";

/** The text of one version of an output; kept, because a version never changes. */
export function useArtifactText(jobId: string, artifact: Artifact | undefined) {
  const api = useApi();
  return useQuery({
    queryKey: ["artifact_text", artifact?.sha256],
    queryFn:
      artifact === undefined
        ? skipToken
        : async () => (await api.content(jobId, artifact.id, { version: artifact.version })).text(),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The storyboard among these outputs; undefined where there is none, or while it is loading. */
export function useStoryboard(jobId: string, artifacts: readonly Artifact[]): Storyboard | undefined {
  const { data } = useArtifactText(
    jobId,
    artifacts.find((artifact) => artifact.kind === "storyboard"),
  );
  return data === undefined ? undefined : storyboard.safeParse(JSON.parse(data)).data;
}
