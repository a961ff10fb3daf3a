import { resolve } from "node:path";
import type { Overrides } from "../app/app.ts";
import { type CliContext, EXIT } from "./context.ts";
import { holdHome } from "./home-lock.ts";

export type ServeOptions = { home: string; port?: number; host?: string; json?: boolean };

/** Runs the server until it is interrupted; the URL it prints signs a browser in by its fragment. */
export async function serve(options: ServeOptions, context: CliContext): Promise<number> {
  const home = resolve(context.cwd, options.home);
  const compose = await context.compose();
  const hold = holdHome(home, "serve");
  try {
    const overrides: Overrides = {
      ...(options.host === undefined ? {} : { host: options.host }),
      ...(options.port === undefined ? {} : { port: options.port }),
    };
    const app = await compose({ home, env: context.env, overrides });
    const interrupted = new Promise<void>((done) => context.onInterrupt(done));
    try {
      const { url, token } = await app.start();
      if (url === null) throw new Error("The server started without an address.");
      hold.setUrl(url);
      for (const { file, line, column, field, message, remedy } of app.config.warnings)
        context.stderr.write(`warning ${file}:${line}:${column} ${field}: ${message} ${remedy}\n`);
      const console = `${url}/#token=${token}`;
      context.stdout.write(
        options.json
          ? `${JSON.stringify({ type: "listening", url, console_url: console, token, home, pid: process.pid })}\n`
          : `\n  Greenlight  ${console}\n  API         ${url}/docs\n  Home        ${home}\n\n`,
      );
      await interrupted;
    } finally {
      await app.close();
    }
    return EXIT.done;
  } finally {
    hold.release();
  }
}
