import type { FastifyInstance } from "fastify";

/** Notes every route registered from now on; the returned function lists the methods an address takes. */
export function rememberRoutes(app: FastifyInstance): (url: string) => string[] {
  const routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  app.addHook("onRoute", ({ url, method }) => {
    if (url.includes("*")) return;
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const name of [method].flat()) route.methods.add(name);
    routes.set(url, route);
  });
  return (url) => {
    const [path = ""] = url.split("?", 1);
    const methods = new Set<string>();
    for (const route of routes.values())
      if (route.pattern.test(path)) for (const name of route.methods) methods.add(name);
    return [...methods].sort();
  };
}

/** `/jobs/:id/events` → matches one path part for each parameter. */
function patternOf(url: string): RegExp {
  const parts = url
    .split("/")
    .map((part) => (part.startsWith(":") ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(`^${parts.join("/")}$`);
}
