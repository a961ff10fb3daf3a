/**
 * Who may ask: the admin token as a Bearer, compared in constant time, on every route that does not say otherwise.
 * A route says otherwise in its config: `open` (nobody asks), `ticket` (an event stream or a job's content may come
 * with `?ticket=`), `basic` (the docs, which a browser opens by itself: the token as the password).
 */

import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Actor } from "../app/ports.ts";
import { Rejection } from "../domain/commands.ts";
import type { Tickets } from "./tickets.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    open?: boolean;
    ticket?: "stream" | "content";
    basic?: boolean;
  }
}

/** The one who holds the admin token. */
export const ADMIN: Actor = {
  name: "admin",
  role: "admin",
  origin: { via: "http", token: "admin", address: null, link_id: null },
};

export type Access = {
  /** Whether the request carries the token, as Bearer (or as Basic password where the route takes it). */
  hasToken(request: FastifyRequest): boolean;
  /** @throws Rejection unauthorized */
  check(request: FastifyRequest): void;
};

export function access(token: string, tickets: Tickets): Access {
  const expected = digest(token);
  const matches = (given: string) => timingSafeEqual(digest(given), expected);
  const hasToken = (request: FastifyRequest) => {
    const [scheme, value] = (request.headers.authorization ?? "").split(" ", 2);
    if (value === undefined) return false;
    if (scheme?.toLowerCase() === "bearer") return matches(value);
    if (scheme?.toLowerCase() !== "basic" || request.routeOptions.config.basic !== true) return false;
    const pair = Buffer.from(value, "base64").toString("utf8");
    return matches(pair.slice(pair.indexOf(":") + 1));
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
    hasToken,
    check(request) {
      if (hasToken(request) || hasTicket(request)) return;
      throw new Rejection("unauthorized", "This address needs the admin token.");
    },
  };
}

/** Hashed, so that both sides are of one length whatever was sent. */
function digest(value: string): Buffer {
  return createHash("sha256").update(value).digest();
}
