import type { AppendRequest } from "../../app/ports/event-store.ts";

/** Refuses a request that contradicts itself; only a bug makes one. */
export function checkAppend({ job_id, expected_version, events, state }: AppendRequest): void {
  if (events.length === 0) throw new TypeError(`append to ${job_id}: no events`);
  events.forEach((event, index) => {
    if (event.job_id !== job_id || event.seq !== expected_version + index + 1)
      throw new TypeError(
        `append to ${job_id} at ${expected_version}: event ${index} is ${event.job_id} seq ${event.seq}`,
      );
  });
  if (state.id !== job_id || state.version !== expected_version + events.length)
    throw new TypeError(
      `append to ${job_id}: the state is of ${state.id} at version ${state.version}, not ${expected_version + events.length}`,
    );
}
