/**
 * Who may ask: a token as a Bearer (the admin token or a named one of `conf/operator.yaml`) on every route that does
 * not say otherwise. What is sent is hashed and compared with every token in constant time, whether or not one has
 * matched, so that the time of an answer tells nothing. A route says otherwise in its config: `open` (nobody asks),
 * `ticket` (an event stream or a job's content may come with `?ticket=`), `basic` (the docs, which a browser opens by
 * itself: the token as the password). Any role may read; what else a role may do is for domain/roles.ts.
 */

import { createHash, timingSafeEqual } from "node:crypto";
import { ADMIN_NAME, type NamedToken } from "@greenlight/contract/access";
import { CLIENT_HEADER } from "@greenlight/contract/client";
import type { FastifyRequest } from "fastify";
import type { Actor } from "../app/ports/operations.ts";
import { Rejection } from "../domain/commands.ts";
import type { Tickets } from "./tickets.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    open?: boolean;
    ticket?: "stream" | "content";
    basic?: boolean;
    /** For problem.ts: what is wrong with the body is wrong with a patch. */
    body_is_patch?: boolean;
  }
  interface FastifyRequest {
    /** The holder of the token that was shown; null where none, or a ticket, was. */
    actor: Actor | null;
  }
}

export type Access = {
  /** The holder of the request's token, as Bearer (or as Basic password where the route takes it). */
  identify(request: FastifyRequest): Actor | null;
  /** @throws Rejection unauthorized if the request has no `actor` and no ticket that opens the route. */
  check(request: FastifyRequest): void;
};

/** @throws Rejection invalid_config if a named token is the admin token itself. */
export function access(adminToken: string, named: readonly NamedToken[], tickets: Tickets): Access {
  const admin = { name: ADMIN_NAME, role: "admin", hash: digest(adminToken) } as const;
  const others = named.map(({ name, role, sha256 }) => ({ name, role, hash: Buffer.from(sha256, "hex") }));
  const twin = others.find(({ hash }) => timingSafeEqual(hash, admin.hash));
  if (twin !== undefined)
    throw new Rejection(
      "invalid_config",
      `The token ${twin.name} of conf/operator.yaml is the admin token itself; make one with \`greenlight token new\`.`,
    );
  const holders = [admin, ...others];

  const holderOf = (token: string) => {
    const given = digest(token);
    // Not find(): it would stop at the hit.
    return holders.filter(({ hash }) => timingSafeEqual(hash, given))[0];
  };
  const hasTicket = (request: FastifyRequest) => {
    const kind = request.routeOptions.config.ticket;
    const { ticket } = request.query as { ticket?: unknown };
    if (kind === undefined || typeof ticket !== "string") return false;
    if (kind === "stream") return tickets.redeemStream(ticket);
    const { id } = request.params as { id?: string };
    return id !== undefined && tickets.opensContent(ticket, id);
  };
  return {
    identify(request) {
      const token = tokenOf(request);
      const holder = token === null || token === "" ? undefined : holderOf(token);
      if (holder === undefined) return null;
      const { name, role } = holder;
      const via = request.headers[CLIENT_HEADER] === "cli" ? "cli" : "http";
      return { name, role, origin: { via, token: name, address: request.ip, link_id: null } };
    },
    check(request) {
      if (request.actor !== null || hasTicket(request)) return;
      throw new Rejection("unauthorized", "This address needs a token.");
    },
  };
}

/**
 * Who asks, on a route that takes no ticket.
 * @throws Rejection unauthorized
 */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor === null) throw new Rejection("unauthorized", "This address needs a token.");
  return request.actor;
}

function tokenOf(request: FastifyRequest): string | null {
  const [scheme, value] = (request.headers.authorization ?? "").split(" ", 2);
  if (value === undefined) return null;
  if (scheme?.toLowerCase() === "bearer") return value;
  if (scheme?.toLowerCase() !== "basic" || request.routeOptions.config.basic !== true) return null;
  const pair = Buffer.from(value, "base64").toString("utf8");
  return pair.slice(pair.indexOf(":") + 1);
}

/** Hashed, so that both sides are of one length whatever was sent. */
function digest(value: string): Buffer {
  return createHash("sha256").update(value).digest();
}
