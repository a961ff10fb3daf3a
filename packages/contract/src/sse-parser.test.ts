import fc from "fast-check";
import { expect, it } from "vitest";
import { SseParser } from "./sse-parser.ts";

const word = fc.string({ unit: fc.constantFrom("a", "é", " ", ":", "日", "{", "1"), maxLength: 8 });
const message = fc.record({
  id: fc.option(fc.stringMatching(/^[0-9a-f-]{1,8}$/)),
  event: fc.stringMatching(/^[a-z_]{1,8}$/),
  lines: fc.array(word, { minLength: 1, maxLength: 3 }),
});

it("gives the same messages however the stream is cut and its lines end", () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      fc.constantFrom("\n", "\r\n", "\r"),
      (messages, cuts, newline) => {
        const text = messages
          .map(({ id, event, lines }) =>
            [
              ": a comment",
              ...(id === null ? [] : [`id: ${id}`]),
              `event: ${event}`,
              ...lines.map((line) => `data: ${line}`),
              "",
              "",
            ].join(newline),
          )
          .join("");
        const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
        const parser = new SseParser();
        const chunks = [0, ...places].map((start, n) => text.slice(start, places[n] ?? text.length));
        const seen = chunks.flatMap((chunk) => parser.push(chunk));
        // The last CR of a stream may still be half of a CRLF, yet ends its line.
        expect(seen).toEqual(messages.map(({ id, event, lines }) => ({ id, event, data: lines.join("\n") })));
      },
    ),
    { seed: 20261121, numRuns: 300 },
  );
});

it("drops what a broken connection left unfinished", () => {
  const parser = new SseParser();
  expect(parser.push("data: whole\n\ndata: half\n")).toEqual([{ id: null, event: "message", data: "whole" }]);
});

it("hands on an id without data, ignores a byte order mark and unknown fields", () => {
  const parser = new SseParser();
  expect(parser.push("\uFEFFid: 7\n\nretry: 5\nfoo\ndata:x\n\n")).toEqual([
    { id: "7", event: "message", data: "" },
    { id: null, event: "message", data: "x" },
  ]);
});
