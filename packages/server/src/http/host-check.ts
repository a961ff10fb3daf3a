import { isIP } from "node:net";
import { Rejection } from "../domain/commands.ts";

const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/**
 * Refuses a Host header that names another machine: a page of a foreign site whose name was rebound to this address
 * still sends its own name. Ports do not matter to that (a forwarded port is common), names do. Bound to every
 * address, any IP literal passes, because a name is what an attacker needs.
 */
export function hostCheck(bound: { readonly host: string }, allowed: readonly string[]) {
  const own = bound.host.toLowerCase().replace(/^\[|\]$/g, "");
  const wildcard = own === "0.0.0.0" || own === "::";
  const names = new Set([own, ...LOOPBACK, ...allowed.map(nameAllowed)]);
  names.delete("");
  /** @throws Rejection host_not_allowed */
  return (header: string | undefined): void => {
    const name = header === undefined ? undefined : hostnameOf(header);
    if (name !== undefined && (names.has(name) || (wildcard && isIP(name) !== 0))) return;
    throw new Rejection("host_not_allowed", "This server does not answer to the name in the Host header.");
  };
}

/** A configured name; an IPv6 address may stand without the brackets it has in a header. */
function nameAllowed(name: string): string {
  return isIP(name) === 6 ? name.toLowerCase() : (hostnameOf(name) ?? "");
}

/** The name or address in a Host header, lower case, without port, brackets or final dot. */
function hostnameOf(header: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:/@?#[\]\\]+))(?::\d{1,5})?$/i.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, "");
}
