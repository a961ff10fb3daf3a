/** Who may import whom (docs/architecture.md, "Layout"). Each rule names what a folder must NOT reach. */
const S = "^packages/server/src/";
const only = (name, from, allowed, pathNot) => ({
  name,
  severity: "error",
  from: { path: from, pathNot: `\\.test\\.tsx?$${pathNot ? `|${pathNot}` : ""}` },
  to: { path: "^packages/", pathNot: [from, "/node_modules/", ...allowed].join("|") },
});
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "contract-needs-only-zod",
      severity: "error",
      from: { path: "^packages/contract/src/", pathNot: "\\.test\\.ts$" },
      to: { path: ".", pathNot: ["^packages/contract/src/", "node_modules/zod/"] },
    },
    {
      name: "domain-is-pure",
      severity: "error",
      from: { path: `${S}domain/`, pathNot: "\\.test\\.ts$|/testing/" },
      to: { path: ".", pathNot: [`${S}domain/`, "^packages/contract/src/"] },
    },
    only(
      "app-knows-domain",
      `${S}app/`,
      [`${S}domain/`, "^packages/contract/src/"],
      `${S}app/app\\.ts$|/testing/`,
    ),
    only("projections-know-domain", `${S}projections/`, [
      `${S}domain/`,
      `${S}app/ports/`,
      "^packages/contract/src/",
    ]),
    only("stages-know-ports-and-media", `${S}stages/`, [
      `${S}app/ports/`,
      "^packages/media/src/",
      "^packages/contract/src/",
    ]),
    only("http-knows-app", `${S}http/`, [
      `${S}app/`,
      `${S}projections/`,
      `${S}domain/`,
      "^packages/contract/src/",
    ]),
    only("cli-knows-compose", `${S}cli/`, [
      `${S}compose`,
      `${S}config`,
      `${S}app/((app|event-chain)\\.ts$|ports/)`,
      `${S}domain/(commands|state)\\.ts$`,
      "^packages/contract/src/",
    ]),
    only(
      "adapters-know-ports",
      `${S}adapters/`,
      [`${S}app/ports/`, `${S}domain/`, "^packages/media/src/", "^packages/contract/src/"],
      "/testing/",
    ),
    {
      name: "adapters-not-one-another",
      severity: "error",
      from: { path: `${S}adapters/([^/]+)/`, pathNot: "\\.test\\.ts$|/testing/" },
      to: { path: `${S}adapters/`, pathNot: `${S}adapters/$1/` },
    },
    only("media-knows-contract", "^packages/media/src/", ["^packages/contract/src/"]),
    only("web-knows-contract", "^packages/web/src/", ["^packages/contract/src/"]),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default"],
      extensions: [".ts", ".tsx", ".js"],
    },
  },
};
