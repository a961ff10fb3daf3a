import { ERRORS } from "@greenlight/contract/errors";

const SHARED = "#/components/schemas/__shared#";
const REF = "#/components/schemas/";

/**
 * Finishes the generated OpenAPI document: any JSON value gets a name instead of a broken reference, a problem's code
 * lists its values, an upload's body is described, and schemas nobody refers to are left out.
 */
export function tidyDocument<Document extends object>(document: Document): Document {
  const tidy = structuredClone(document) as Document & OpenApi;
  renameShared(tidy);
  const schemas = tidy.components.schemas;
  delete schemas.__shared;
  schemas.JsonValue = { description: "Any JSON value" };
  for (const schema of [schemas.Problem, schemas.ProblemInput])
    if (schema?.properties !== undefined)
      schema.properties.code = { type: "string", enum: Object.keys(ERRORS) };
  const uploads = tidy.paths["/api/v1/uploads"]?.post;
  if (uploads !== undefined) uploads.requestBody = UPLOAD_BODY;
  for (let dropped = -1; dropped !== 0; ) dropped = dropUnused(tidy);
  return tidy;
}

type Schema = { properties?: Record<string, unknown> } & Record<string, unknown>;
type OpenApi = {
  paths: Record<string, { post?: { requestBody?: unknown } } | undefined>;
  components: { schemas: Record<string, Schema | undefined> };
};

const UPLOAD_BODY = {
  required: true,
  content: {
    "multipart/form-data": {
      schema: {
        type: "object",
        properties: { file: { type: "string", contentMediaType: "application/octet-stream" } },
        required: ["file"],
      },
    },
  },
};

function renameShared(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (key === "$ref" && typeof child === "string" && child.startsWith(SHARED))
      (value as { $ref: string }).$ref = `${REF}JsonValue`;
    else renameShared(child);
  }
}

function dropUnused(document: OpenApi): number {
  const used = new Set(JSON.stringify(document).match(/"#\/components\/schemas\/[^"]+"/g) ?? []);
  const { schemas } = document.components;
  const unused = Object.keys(schemas).filter((name) => !used.has(`"${REF}${name}"`));
  for (const name of unused) delete schemas[name];
  return unused.length;
}
