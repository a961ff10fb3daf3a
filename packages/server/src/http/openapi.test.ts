import { readFile } from "node:fs/promises";
import { beforeAll, expect, it } from "vitest";
import { openApiDocument } from "./testing/openapi-document.ts";

let text: string;
beforeAll(async () => {
  text = await openApiDocument();
});

it("is the golden document (npm run golden writes it anew)", async () => {
  expect(text).toBe(await readFile(new URL("./openapi.golden.json", import.meta.url), "utf8"));
});

it("is OpenAPI 3.1 whose every reference leads somewhere and whose every schema is used", () => {
  const document = JSON.parse(text);
  expect(document.openapi).toMatch(/^3\.1\./);
  const refs = new Set([...text.matchAll(/"\$ref": "([^"]+)"/g)].map(([, ref]) => ref));
  const names = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
  expect([...refs].sort()).toEqual(names.sort());
});

it("gives every operation a summary, and every guarded one its refusals", () => {
  const { paths } = JSON.parse(text) as {
    paths: Record<string, Record<string, { summary?: string; security?: unknown[]; responses: object }>>;
  };
  for (const [path, operations] of Object.entries(paths))
    for (const [method, operation] of Object.entries(operations)) {
      expect(operation.summary, `${method} ${path}`).toBeTruthy();
      if (path.startsWith("/api/v1/") && operation.security === undefined)
        expect(Object.keys(operation.responses), `${method} ${path}`).toContain("4XX");
    }
});
