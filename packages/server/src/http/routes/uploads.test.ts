import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { upload } from "@greenlight/contract/api";
import { problem } from "@greenlight/contract/problem";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { AUTH, type Bench, httpBench } from "../testing/http-bench.ts";
import { safeName } from "../uploads.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await httpBench();
});
afterEach(() => bench.close());

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

function form(data: Uint8Array, filename: string, field = "file") {
  const boundary = "----greenlight";
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${filename}"\r\nContent-Type: application/x-lie\r\n\r\n`;
  return {
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([Buffer.from(head), data, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
const send = (data: Uint8Array, filename: string) =>
  bench.ask({ method: "POST", url: "/api/v1/uploads", ...form(data, filename) });
const left = async () =>
  (await readdir(bench.uploads_dir, { recursive: true })).filter((name) => name !== ".incoming");

it.each([
  [PNG, "a.txt", "image/png"],
  [Buffer.from("# Tides\n\nThe sea rises."), "notes.MD", "text/markdown"],
  [Buffer.from("潮の満ち引き 🌊"), "潮.txt", "text/plain"],
  [Buffer.from("<!doctype html><p>Hi</p>"), "page.html", "text/html"],
  [Buffer.from("%PDF-1.7\n%âãÏÓ\n", "latin1"), "paper.pdf", "application/pdf"],
])("stores a file and tells its type by its content (%#)", async (data, filename, type) => {
  const response = await send(data, filename);
  expect(response.statusCode).toBe(201);
  const made = upload.strict().parse(response.json());
  expect(made).toMatchObject({
    media_type: type,
    size_bytes: data.length,
    sha256: createHash("sha256").update(data).digest("hex"),
  });
  expect(await readFile(join(bench.uploads_dir, made.path))).toEqual(data);
  expect(Buffer.from(await bench.objects.read(made.sha256))).toEqual(data);
  expect(bench.store.uploads.get(made.upload_id)).toMatchObject(made);
  expect(await left()).toEqual([made.path]);
});

it.each([
  [Buffer.from("\x7fELF\x02\x01\x01", "latin1"), "tool.png", 415, "unsupported_media_type"],
  [Buffer.from([0, 1, 2, 3]), "x.txt", 415, "unsupported_media_type"],
  [Buffer.from("\ufeffhello", "utf16le"), "x.txt", 415, "unsupported_media_type"],
  [Buffer.from([0x61, 0xff, 0x80, 0x81]), "x.txt", 415, "unsupported_media_type"],
  [Buffer.from("PK\x03\x04zip"), "x.txt", 415, "unsupported_media_type"],
  [Buffer.alloc(0), "x.txt", 400, "bad_request"],
  [Buffer.alloc(200_001, 0x61), "x.txt", 413, "payload_too_large"],
  [Buffer.alloc(400_000, 0x61), "x.txt", 413, "payload_too_large"],
])("refuses what it cannot use and leaves nothing behind (%#)", async (data, filename, status, code) => {
  expect(problem.parse((await send(data, filename)).json())).toMatchObject({ status, code });
  expect(await left()).toEqual([]);
  expect(bench.store.uploads.size).toBe(0);
});

it.each(["../../evil.txt", "..\\..\\evil.txt", "/etc/passwd", "a/../../b.txt", ".hidden", "con\u0000.txt"])(
  "keeps %j inside the uploads folder",
  async (filename) => {
    const { path } = upload.parse((await send(Buffer.from("text"), filename)).json());
    expect(path).toMatch(/^[0-9a-f-]{36}-[A-Za-z0-9_-]+(\.[a-z0-9.]+)?$/);
    expect(await left()).toEqual([path]);
  },
);

it("makes any name one plain path part", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      expect(safeName(name)).toMatch(/^[A-Za-z0-9_-]{1,60}(\.[a-z0-9]{0,11})?$/);
    }),
    { seed: 7 },
  );
});

it("takes only a form with one file", async () => {
  const json = await bench.ask({ method: "POST", url: "/api/v1/uploads", payload: { a: 1 } });
  expect(problem.parse(json.json())).toMatchObject({ status: 415, code: "unsupported_media_type" });
  const empty = await bench.ask({
    method: "POST",
    url: "/api/v1/uploads",
    headers: { "content-type": "multipart/form-data; boundary=x" },
    payload: "--x--\r\n",
  });
  expect(problem.parse(empty.json())).toMatchObject({ status: 400, code: "bad_request" });
  const broken = await bench.ask({
    method: "POST",
    url: "/api/v1/uploads",
    headers: { "content-type": "multipart/form-data; boundary=x" },
    payload: "garbage without any boundary",
  });
  expect(problem.parse(broken.json())).toMatchObject({ status: 400, code: "bad_request" });
});

it("a connection cut half-way leaves nothing behind", async () => {
  const { port } = new URL(await bench.listen());
  const { headers, payload } = form(Buffer.alloc(100_000, 0x61), "half.txt");
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), "127.0.0.1", () => {
      socket.write(
        `POST /api/v1/uploads HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${AUTH.authorization}\r\n` +
          `Content-Type: ${headers["content-type"]}\r\nContent-Length: ${payload.length}\r\n\r\n`,
      );
      socket.write(payload.subarray(0, 50_000), () => setTimeout(() => socket.destroy(), 100));
    });
    socket.on("close", () => setTimeout(resolve, 100));
  });
  expect(await left()).toEqual([]);
  expect(bench.store.uploads.size).toBe(0);
});
