import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// A running stack to develop against: ./nox -s demo -- ecommerce, then API=https://localhost:8443 npm run dev
const api = process.env.API ?? "https://localhost:8443";
const proxy = { target: api, secure: false };

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
// The package offers its build for production under no name of its own.
const production = "./node_modules/react-router/dist/production";
const alias = [
  { find: /^@\//, replacement: `${here("./src")}/` },
  { find: /^react-router\/dom$/, replacement: here(`${production}/dom-export.mjs`) },
  { find: /^react-router$/, replacement: here(`${production}/index.mjs`) },
];

export default defineConfig({
  plugins: [react()],
  resolve: { alias },
  server: { proxy: { "/api": proxy, "/media": proxy } },
  build: {
    target: "es2022",
    // The content security policy knows no data: for scripts, and small files cost nothing over HTTP/2.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    // In one piece it compresses better, and stays in browsers' caches when only our own code changes.
    rolldownOptions: {
      output: {
        advancedChunks: {
          groups: [{ name: "libraries", test: /node_modules\/(react|react-dom|react-router|scheduler|@tanstack)\// }],
        },
      },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
