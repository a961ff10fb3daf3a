import { me } from "@greenlight/contract/access";
import { permissions } from "../../domain/roles.ts";
import { actorOf } from "../auth.ts";
import { type App, REFUSALS } from "../context.ts";

export function meRoutes(app: App): void {
  app.get(
    "/me",
    {
      schema: {
        tags: ["access"],
        summary: "Whose token this is, and what it may be used for",
        response: { 200: me, ...REFUSALS },
      },
    },
    async (request) => {
      const { name, role } = actorOf(request);
      return { name, role, may: permissions(role) };
    },
  );
}
