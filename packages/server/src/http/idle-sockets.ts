import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Closes the connections that serve no request now. Node's own `closeIdleConnections` leaves those alone that were
 * opened ahead of need (as browsers do) and never carried one; each would hold up a shutdown until it times out.
 */
export function idleSockets(server: Server): { close(): void } {
  const open = new Set<Socket>();
  const busy = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  server.on("request", (request, response) => {
    busy.add(request.socket);
    response.once("close", () => busy.delete(request.socket));
  });
  return {
    close() {
      for (const socket of open) if (!busy.has(socket)) socket.destroy();
    },
  };
}
