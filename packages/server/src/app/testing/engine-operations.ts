import { createSourceReader } from "../../adapters/sources/read-source.ts";
import type { PlannedStage } from "../../domain/state.ts";
import { fixtureCfg } from "../../domain/testing/fixtures.ts";
import { createOperations } from "../operations.ts";
import type { Operations } from "../ports/operations.ts";
import type { openEngine } from "./engine.ts";

/** The operations over a test's engine; every job it submits is planned by `planFor`. */
export function engineOperations(
  engine: Awaited<ReturnType<typeof openEngine>>,
  planFor: () => readonly PlannedStage[],
): Operations {
  const reading = { max_bytes: 1_000_000, timeout_ms: 1000, allow_private_addresses: false };
  return createOperations({
    ...engine,
    sources: createSourceReader(reading),
    limits: { source_bytes: 1_000_000, media_bytes: 1_000_000, min_source_words: 1 },
    brief_defaults: {},
    snapshot: { render: fixtureCfg().render, models: {}, modules: {} },
    planFor,
  });
}
