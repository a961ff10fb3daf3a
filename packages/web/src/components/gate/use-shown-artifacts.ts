import type { Artifact } from "@greenlight/contract/artifact";
import { useState } from "react";

/**
 * The versions a decision is about: those that stood when the person began to look. What comes in afterwards is not
 * put in their place under the reader's eyes; `changed` names it until `look` (or their own patch) takes it in.
 */
export function useShownArtifacts(current: readonly Artifact[]) {
  const [shown, setShown] = useState(current);
  const before = new Map(shown.map((artifact) => [artifact.id, artifact.sha256]));
  const changed = current.filter((artifact) => before.get(artifact.id) !== artifact.sha256);
  const gone = shown.some((artifact) => !current.some((one) => one.id === artifact.id));
  return { shown, changed, isStale: changed.length > 0 || gone, look: setShown };
}
