import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { Rejection } from "../../domain/commands.ts";

export type Address = { readonly address: string; readonly family: number };
export type Resolve = (hostname: string) => Promise<readonly Address[]>;

export const resolveByDns: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

/** Ranges of the IANA special-purpose registries that are not the public internet (RFC 6890 and its updates). */
const NOT_PUBLIC = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  NOT_PUBLIC.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [
  ["::", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const)
  NOT_PUBLIC.addSubnet(net, bits, "ipv6");

/** IPv4 wrapped in IPv6. Apart, because a block list compares plain IPv4 addresses in this form. */
const MAPPED = new BlockList();
MAPPED.addSubnet("::ffff:0:0", 96, "ipv6");

/** True for an address of the public internet. IPv4 wrapped in IPv6 is never taken for public. */
export const isPublic = (address: string): boolean => {
  const family = isIP(address.split("%")[0] ?? "");
  if (family === 0 || address.includes("%")) return false;
  if (family === 4) return !NOT_PUBLIC.check(address, "ipv4");
  return !NOT_PUBLIC.check(address, "ipv6") && !MAPPED.check(address, "ipv6");
};

/**
 * The addresses of a host, all of them public. The caller connects to these and to nothing else, so that a name that
 * resolves differently a moment later (DNS rebinding) gains nothing.
 * @throws Rejection source_address_refused, source_fetch_failed
 */
export async function checkedAddresses(
  hostname: string,
  resolve: Resolve,
  allowPrivate: boolean,
): Promise<readonly Address[]> {
  const host = hostname.replace(/^\[|\]$/gu, "");
  const family = isIP(host);
  let addresses: readonly Address[];
  try {
    addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  } catch {
    throw new Rejection("source_fetch_failed", `The host ${host} has no address.`);
  }
  if (addresses.length === 0) throw new Rejection("source_fetch_failed", `The host ${host} has no address.`);
  if (!allowPrivate && !addresses.every(({ address }) => isPublic(address))) {
    throw new Rejection("source_address_refused", `The host ${host} leads to an address that is not public.`);
  }
  return addresses;
}
