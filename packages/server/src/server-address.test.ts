import { describe, expect, test } from "vitest";
import { loadConfig, readEnvironment } from "./config.ts";
import { boundAddress, originOf, publicOrigin } from "./server-address.ts";

const { server } = loadConfig({ home: import.meta.dirname, env: readEnvironment({}) }).operator;

describe("what people are told to open", () => {
  test.each([
    [null, { host: "127.0.0.1", port: 8008 }, "http://127.0.0.1:8008"],
    [null, { host: "::1", port: 8008 }, "http://[::1]:8008"],
    [null, { host: "0.0.0.0", port: 8008 }, "http://localhost:8008"],
    [null, { host: "::", port: 8008 }, "http://localhost:8008"],
    [null, null, null],
    ["https://Studio.example.org:443/", { host: "0.0.0.0", port: 8008 }, "https://studio.example.org"],
    ["https://studio.example.org:8443", null, "https://studio.example.org:8443"],
  ])("with public_url %s, bound to %j: %s", (public_url, bound, told) => {
    expect(publicOrigin({ ...server, public_url }, bound)).toBe(told);
  });
});

test("an address other machines reach is refused unless allowed; port 0 becomes a free one", async () => {
  await expect(boundAddress({ host: "0.0.0.0" }, server)).rejects.toMatchObject({
    code: "external_bind_refused",
  });
  const open = { ...server, allow_external_bind: true };
  expect(await boundAddress({ host: "0.0.0.0" }, open)).toEqual({ host: "0.0.0.0", port: 8008 });
  const bound = await boundAddress({ port: 0 }, server);
  expect(bound.port).toBeGreaterThan(0);
  expect(originOf(bound)).toBe(`http://127.0.0.1:${bound.port}`);
});
