import { defineConfig } from "vitest/config";

// Tests sit beside the code; the end-to-end ones are in test/. Renders are slow on a small machine, so the
// limit per test is generous and files run on as many workers as there are cores.
export default defineConfig({
  test: {
    setupFiles: ["test/setup.ts"],
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    reporters: ["default", "./scripts/count-reporter.ts"],
  },
});
