import { expect, test } from "vitest";
import { eventStream, type StreamItem } from "./event-stream.ts";

const ID = "019aa000-0000-7000-8000-000000000001";
const event = {
  ...{ id: ID, job_id: ID, seq: 1, ts: "2026-11-21T10:00:00.000Z", type: "job_started", stage: null },
  ...{ status: "running", message: "The job runs", payload: {}, hash: "0".repeat(64) },
  origin: { via: "engine", token: null, address: null, link_id: null },
};
const frame = (id: string, type: string, data: unknown) =>
  `id: ${id}\nevent: ${type}\ndata: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

/** What a client reads of these connections, one after the other, and with which id it opened each. */
async function read(connections: readonly string[], count: number) {
  const opened: (string | undefined)[] = [];
  const items: StreamItem[] = [];
  const stop = new AbortController();
  const open = async (last: string | undefined) => {
    const text = connections[opened.length] ?? "";
    opened.push(last);
    return new Response(text);
  };
  for await (const item of eventStream(open, { signal: stop.signal })) {
    items.push(item);
    if (items.length === count) stop.abort();
  }
  return { items, opened };
}

test("an event of a type this client does not know is handed over, and the next one follows", async () => {
  const newer = { ...event, type: "job_praised", seq: 2 };
  const text = frame("b", "job_praised", newer) + frame("c", "job_started", event);
  const { items } = await read([text], 2);
  expect(items[0]).toEqual({
    kind: "unknown",
    unknown: {
      ...{ reason: "newer", id: "b", type: "job_praised", event: newer, data: JSON.stringify(newer) },
      message: "This client does not know events of type job_praised; the server is newer.",
    },
  });
  expect(items[1]).toEqual({ kind: "event", event });
});

test.each([
  ["job_started", { ...event, seq: "one" }, "/seq "],
  ["job_started", { ...event, status: undefined }, "/status "],
  ["job_praised", { type: "job_praised" }, "/id "],
  ["progress", { fraction: 7 }, "/fraction "],
  ["job_started", "{broken", "no JSON"],
  ["job_started", "null", "breaks the contract"],
])("a %s that is not what the contract says is told with what is wrong", async (type, data, told) => {
  const { items } = await read([frame("b", type, data)], 1);
  expect(items).toMatchObject([
    { kind: "unknown", unknown: { reason: "invalid", id: "b", type, event: null } },
  ]);
  expect(items[0]?.kind === "unknown" && items[0].unknown.message).toContain(told);
});

test("what could not be read is not asked for again after a break", async () => {
  const { items, opened } = await read(
    [frame("b", "job_started", "{broken"), frame("c", "job_started", event)],
    2,
  );
  expect(items.map((item) => item.kind)).toEqual(["unknown", "event"]);
  expect(opened).toEqual([undefined, "b"]);
});
