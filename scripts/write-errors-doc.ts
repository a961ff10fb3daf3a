// Writes docs/errors.md from the table of error codes (`npm run docs:errors`).
import { writeFile } from "node:fs/promises";
import { errorsDocument } from "../packages/server/src/http/errors-document.ts";

await writeFile(new URL("../docs/errors.md", import.meta.url), errorsDocument());
