/**
 * The pages behind a decision link, for whoever holds it: no token, no script. GET and HEAD never change anything,
 * since mail scanners and link previews fetch what they see; only the form's POST decides. What goes wrong is a page
 * as well, with the status of its code.
 */
import type { Artifact } from "@greenlight/contract/artifact";
import { z } from "zod";
import { Rejection } from "../domain/commands.ts";
import type { App, Context } from "./context.ts";
import { ARTIFACT_CSP } from "./csp.ts";
import { DECIDE_CSP, decidedPage, decidePage, refusedPage } from "./decide-page.ts";
import { linkLimiter } from "./link-limit.ts";
import { toProblem } from "./problem.ts";
import { contentSender } from "./send-content.ts";

const HTML = "text/html; charset=utf-8";
/** Longer texts are linked instead of shown in the page. */
const SHOWN_TEXT_BYTES = 262_144;
const FORM_LIMIT_BYTES = 131_072;

const linkParams = z.object({ token: z.string() });
const form = z.object({ decision: z.enum(["approve", "reject"]), notes: z.string().trim().max(10_000) });

export function decideRoutes(app: App, context: Context): void {
  const { decisions, objects } = context;
  const schema = { hide: true, params: linkParams };
  const config = { open: true };
  const sendContent = contentSender(objects);
  const limiter = linkLimiter(app, context);

  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: FORM_LIMIT_BYTES },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
  app.addHook("onRequest", async (request, reply) => {
    reply
      .header("content-security-policy", DECIDE_CSP)
      .header("cache-control", "no-store")
      .header("referrer-policy", "no-referrer")
      .header("x-robots-tag", "noindex, nofollow");
    await limiter.before(request, reply);
  });
  app.setErrorHandler(async (thrown, request, reply) => {
    const error = await limiter.after(thrown, request, reply);
    const { problem, known } = toProblem(error);
    // The address carries the link's secret: it never goes into the log.
    if (!known)
      context.log.error("api", "a decision page failed", {
        request_id: request.id,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    return reply.code(problem.status).type(HTML).send(refusedPage(problem));
  });

  app.get("/decide/:token", { schema, config }, async ({ params }, reply) => {
    const found = await decisions.look(params.token);
    const texts = new Map<string, string>();
    for (const artifact of found.link.artifacts)
      if (isText(artifact) && artifact.size_bytes <= SHOWN_TEXT_BYTES)
        texts.set(artifact.id, new TextDecoder().decode(await objects.read(artifact.sha256)));
    return reply.type(HTML).send(decidePage(found, params.token, texts));
  });

  app.post("/decide/:token", { schema, config }, async (request, reply) => {
    if (!(request.body instanceof URLSearchParams))
      throw new Rejection("unsupported_media_type", "Send the form of the page.");
    const sent = form.safeParse({
      decision: request.body.get("decision"),
      notes: request.body.get("notes") ?? "",
    });
    if (!sent.success)
      throw new Rejection("invalid_field", "Choose Approve or Reject; notes have at most 10,000 characters.");
    const approve = sent.data.decision === "approve";
    const { link, job } = await decisions.decide(request.params.token, {
      approve,
      notes: sent.data.notes || null,
      address: request.ip,
    });
    return reply.type(HTML).send(decidedPage(link, job, approve));
  });

  app.route({
    method: ["GET", "HEAD"],
    url: "/decide/:token/artifacts/:artifact_id",
    config,
    schema: { hide: true, params: linkParams.extend({ artifact_id: z.string() }) },
    handler: async (request, reply) => {
      const { token, artifact_id } = request.params;
      const { artifacts } = await decisions.find(token);
      const artifact = artifacts.find((one) => one.id === artifact_id);
      if (!artifact) throw new Rejection("artifact_not_found", "This link does not show such an artifact.");
      reply
        .header("etag", `"${artifact.sha256}"`)
        .header("accept-ranges", "bytes")
        .header("content-security-policy", ARTIFACT_CSP);
      return sendContent(request, reply, artifact);
    },
  });
}

function isText({ media_type }: Artifact): boolean {
  return media_type.startsWith("text/") || /^application\/(?:json|yaml)\b/.test(media_type);
}
