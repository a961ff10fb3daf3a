import { upload } from "@greenlight/contract/api";
import { Rejection } from "../../domain/commands.ts";
import { requireRole } from "../../domain/roles.ts";
import { actorOf } from "../auth.ts";
import { type App, type Context, REFUSALS } from "../context.ts";
import { brokenForm, takeUpload } from "../uploads.ts";

export function uploadRoutes(app: App, context: Context): void {
  app.post(
    "/uploads",
    {
      bodyLimit: context.options.upload_limit_bytes + 65_536,
      schema: {
        tags: ["uploads"],
        summary: "Store a file (multipart/form-data, one file) for a brief or a patch to name",
        consumes: ["multipart/form-data"],
        response: { 201: upload, ...REFUSALS },
      },
    },
    async (request, reply) => {
      requireRole(actorOf(request).role, "upload");
      const part = await request.file().catch((error: Error & { code?: string }) => {
        throw error.code?.startsWith("FST_") ? error : brokenForm();
      });
      if (part === undefined) throw new Rejection("bad_request", "The form carries no file.");
      const stored = await takeUpload(context, part.file, part.filename);
      reply.code(201);
      return stored;
    },
  );
}
