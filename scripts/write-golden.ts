// Writes the golden documents that tests compare with (`npm run golden`). Look at the difference before committing it.
import { writeFile } from "node:fs/promises";
import { openApiDocument } from "../packages/server/src/http/testing/openapi-document.ts";

await writeFile(
  new URL("../packages/server/src/http/openapi.golden.json", import.meta.url),
  await openApiDocument(),
);
