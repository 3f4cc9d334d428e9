import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@course/web": fileURLToPath(new URL("./src", import.meta.url)) } },
  test: {
    environment: "happy-dom",
    // The servers of the tests listen on ports of their own; in production all is one origin.
    environmentOptions: { happyDOM: { settings: { fetch: { disableSameOriginPolicy: true } } } },
    include: ["tests/**/*.test.ts"],
    restoreMocks: true,
    // Failing requests are what many of these tests are about, and the console lists each.
    silent: "passed-only",
    unstubGlobals: true,
  },
});
