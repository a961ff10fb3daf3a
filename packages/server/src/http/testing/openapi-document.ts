import { httpBench } from "./http-bench.ts";

/** The OpenAPI document the server serves, as it is kept in openapi.golden.json. */
export async function openApiDocument(): Promise<string> {
  const bench = await httpBench();
  try {
    const response = await bench.ask({ url: "/openapi.json" });
    return `${JSON.stringify(response.json(), null, 2)}\n`;
  } finally {
    await bench.close();
  }
}
