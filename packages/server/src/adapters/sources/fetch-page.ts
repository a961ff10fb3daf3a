/**
 * Fetches one page over http(s). Each hop (the first and up to five redirects) is parsed, resolved and checked anew, and
 * the connection goes to an address that was checked. One clock runs over all hops. Nothing is kept between calls.
 */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { Rejection } from "../../domain/commands.ts";
import { type Address, checkedAddresses, type Resolve } from "./public-address.ts";

export type FetchedPage = {
  readonly bytes: Uint8Array;
  readonly media_type: string;
  readonly charset: string | null;
};
export type FetchLimits = {
  readonly max_bytes: number;
  readonly timeout_ms: number;
  readonly allow_private_addresses: boolean;
  readonly resolve: Resolve;
};

const MAX_REDIRECTS = 5;

const pinned =
  (addresses: readonly Address[]): LookupFunction =>
  (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family);
  };

const open = (url: URL, addresses: readonly Address[], signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = url.protocol === "https:" ? httpsRequest : httpRequest;
    const sent = request(url, {
      lookup: pinned(addresses),
      signal,
      agent: false,
      headers: {
        accept: "text/html, application/xhtml+xml, text/plain, text/markdown, application/pdf;q=0.9",
        "accept-encoding": "gzip, br, deflate",
        "user-agent": "Greenlight source reader",
      },
    });
    sent.on("response", resolve);
    sent.on("error", reject);
    sent.end();
  });

const UNPACKERS = new Map<string, () => Transform>([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["br", createBrotliDecompress],
  ["deflate", createInflate],
]);

const unpacked = (response: IncomingMessage): Readable => {
  const unpack = UNPACKERS.get(response.headers["content-encoding"]?.toLowerCase() ?? "")?.();
  if (unpack === undefined) return response;
  response.on("error", (error) => unpack.destroy(error));
  return response.pipe(unpack);
};

async function bodyOf(response: IncomingMessage, max: number, url: URL): Promise<Uint8Array> {
  const tooLarge = () =>
    new Rejection(
      "source_too_large",
      `The page ${url.href} is larger than ${max} bytes. Save the part you need as a file.`,
    );
  if (Number(response.headers["content-length"] ?? 0) > max) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of unpacked(response)) {
    size += chunk.length;
    if (size > max) throw tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function parsedUrl(address: string, base?: URL): URL {
  const url = URL.parse(address, base?.href);
  if (url === null || !/^https?:$/u.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new Rejection("source_fetch_failed", `"${address}" is not an http(s) address without credentials.`);
  }
  return url;
}

/** @throws Rejection source_fetch_failed, source_too_large, source_address_refused; the signal's reason when aborted. */
export async function fetchPage(
  address: string,
  limits: FetchLimits,
  signal: AbortSignal,
): Promise<FetchedPage> {
  const clock = AbortSignal.timeout(limits.timeout_ms);
  const both = AbortSignal.any([signal, clock]);
  let url = parsedUrl(address);
  try {
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      both.throwIfAborted();
      const addresses = await checkedAddresses(url.hostname, limits.resolve, limits.allow_private_addresses);
      const response = await open(url, addresses, both);
      try {
        const status = response.statusCode ?? 0;
        const { location } = response.headers;
        if (status >= 300 && status < 400 && location !== undefined) {
          url = parsedUrl(location, url);
          continue;
        }
        if (status < 200 || status >= 300) {
          throw new Rejection("source_fetch_failed", `${url.href} answered with status ${status}.`);
        }
        const type = response.headers["content-type"] ?? "";
        return {
          bytes: await bodyOf(response, limits.max_bytes, url),
          media_type: type.split(";")[0]?.trim().toLowerCase() ?? "",
          charset: /charset=["']?([\w-]+)/iu.exec(type)?.[1] ?? null,
        };
      } finally {
        response.destroy();
      }
    }
  } catch (error) {
    if (error instanceof Rejection) throw error;
    signal.throwIfAborted();
    if (clock.aborted) {
      throw new Rejection(
        "source_fetch_failed",
        `${url.href} did not answer within ${limits.timeout_ms / 1000} s.`,
      );
    }
    throw new Rejection(
      "source_fetch_failed",
      `${url.href}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  throw new Rejection("source_fetch_failed", `${address} redirects more than ${MAX_REDIRECTS} times.`);
}
