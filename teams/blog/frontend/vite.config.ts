import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

// A running stack to develop against: ./nox -s demo -- blog, then API=https://localhost:8443 npm run dev
const api = process.env.API ?? "https://localhost:8443";
const proxy = { target: api, secure: false };

export default defineConfig({
  plugins: [vue()],
  // Every component is written with <script setup>; the other way of Vue is left out.
  define: { __VUE_OPTIONS_API__: "false" },
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: { "/api": proxy, "/media": proxy } },
  build: {
    target: "es2022",
    // The content security policy knows no data: for scripts, and small files cost nothing over HTTP/2.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"], restoreMocks: true, unstubGlobals: true },
});
