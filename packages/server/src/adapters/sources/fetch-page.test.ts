import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { type FetchLimits, fetchPage } from "./fetch-page.ts";
import { isPublic } from "./public-address.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
const serve = (listener: RequestListener): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer(listener).listen(0, "127.0.0.1", () => {
      resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
    servers.push(server);
  });
const never = new AbortController().signal;
const limits: FetchLimits = {
  max_bytes: 1000,
  timeout_ms: 1500,
  allow_private_addresses: true,
  resolve: async () => [{ address: "127.0.0.1", family: 4 }],
};

describe("isPublic", () => {
  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.20.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "::1",
    "::",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fe80::1%eth0",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:7f00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "ff02::1",
    "not an address",
  ])("refuses %s", (address) => {
    expect(isPublic(address)).toBe(false);
  });
  it.each(["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1"])("takes %s", (address) => {
    expect(isPublic(address)).toBe(true);
  });
});

describe("fetchPage", () => {
  it.each([
    ["http://127.0.0.1/", []],
    ["http://[::1]/", []],
    ["http://2130706433/", []],
    ["http://0x7f.1/", []],
    ["http://name.example/", [{ address: "10.0.0.5", family: 4 }]],
    [
      "http://name.example/",
      [
        { address: "93.184.216.34", family: 4 },
        { address: "::1", family: 6 },
      ],
    ],
  ])("refuses %s that leads to a private address", async (url, addresses) => {
    const guarded = { ...limits, allow_private_addresses: false, resolve: async () => addresses };
    await expect(fetchPage(url, guarded, never)).rejects.toMatchObject({ code: "source_address_refused" });
  });

  it("connects only to the address that was checked, asking for it once a hop", async () => {
    const host = await serve((request, response) => response.end(`asked for ${request.headers.host}`));
    let asked = 0;
    const rebinding = {
      ...limits,
      resolve: async () =>
        asked++ === 0 ? [{ address: "127.0.0.1", family: 4 }] : [{ address: "192.0.2.1", family: 4 }],
    };
    const page = await fetchPage(`http://rebind.example:${host.split(":")[1]}/`, rebinding, never);
    expect(new TextDecoder().decode(page.bytes)).toContain("rebind.example");
    expect(asked).toBe(1);
  });

  it("follows five redirects and checks each one's address and protocol", async () => {
    const host = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.setHeader("content-type", "text/html; charset=latin1").end("done");
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    expect(await fetchPage(`http://${host}/5`, limits, never)).toMatchObject({
      media_type: "text/html",
      charset: "latin1",
    });
    await expect(fetchPage(`http://${host}/6`, limits, never)).rejects.toMatchObject({
      code: "source_fetch_failed",
    });
    const leaving = await serve((_, response) =>
      response.writeHead(302, { location: "file:///etc/passwd" }).end(),
    );
    await expect(fetchPage(`http://${leaving}/`, limits, never)).rejects.toMatchObject({
      code: "source_fetch_failed",
    });
  });

  it("refuses a redirect from a public to a private address", async () => {
    const host = await serve((_, response) =>
      response.writeHead(301, { location: "http://inside.example/" }).end(),
    );
    const seen: string[] = [];
    const resolve = async (name: string) => {
      seen.push(name);
      return [{ address: name === "inside.example" ? "10.0.0.1" : "127.0.0.1", family: 4 }];
    };
    await expect(
      fetchPage(
        `http://outside.example:${host.split(":")[1]}/`,
        { ...limits, resolve, allow_private_addresses: false },
        never,
      ),
    ).rejects.toMatchObject({ code: "source_address_refused" });
    expect(seen).toEqual(["outside.example"]);
  });

  it("stops at the size limit, also of what a small packed body unfolds to", async () => {
    const large = await serve((_, response) => response.end("x".repeat(2000)));
    const packed = await serve((_, response) =>
      response.setHeader("content-encoding", "gzip").end(gzipSync("x".repeat(1_000_000))),
    );
    for (const host of [large, packed]) {
      await expect(fetchPage(`http://${host}/`, limits, never)).rejects.toMatchObject({
        code: "source_too_large",
      });
    }
  });

  it("gives up on a slow page, an error page and a broken address", async () => {
    const slow = await serve((_, response) => response.write("one byte, then nothing"));
    const missing = await serve((_, response) => response.writeHead(404).end("no"));
    const quick = { ...limits, timeout_ms: 200 };
    for (const url of [
      `http://${slow}/`,
      `http://${missing}/`,
      "ftp://a.example/",
      "http://user:secret@a.example/",
      "nonsense",
    ]) {
      await expect(fetchPage(url, quick, never)).rejects.toMatchObject({ code: "source_fetch_failed" });
    }
  });

  it("ends with the caller's signal", async () => {
    const slow = await serve((_, response) => response.write("…"));
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error("canceled")), 50);
    await expect(fetchPage(`http://${slow}/`, limits, abort.signal)).rejects.toThrow("canceled");
  });
});
