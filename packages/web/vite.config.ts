import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npm run dev -w packages/web` speaks to a server that runs beside it on the shipped port.
export default defineConfig(({ command }) => {
  // A NODE_ENV that is set already, as a test runner does, would else make it React's development build.
  if (command === "build") process.env.NODE_ENV = "production";
  return {
    plugins: [react(), tailwindcss()],
    build: { outDir: "dist", emptyOutDir: true, target: "es2023" },
    server: { host: "127.0.0.1", proxy: { "/api": "http://127.0.0.1:8008" } },
  };
});
