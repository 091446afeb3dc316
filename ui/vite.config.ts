import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The oldest browsers of Windows 7/8.1 machines still found in commune offices.
const BROWSER_FLOOR = ["chrome109", "firefox115", "safari15.6"];

const KIT = /node_modules[\\/](@base-ui|lucide-react|@floating-ui|reselect|use-sync-external-store|tabbable|openapi-fetch)[\\/]/;
const PARTS = /src[\\/](components|lib)[\\/](?!i18n[\\/]en|qr-code|trend-chart|histogram)/;
// What the overview shows beyond that, in one piece instead of a dozen: every request costs its headers.
const SHOWN =
  /src[\\/](components[\\/](card|meter|moment|outside-text|tag|duty-tag|use-size)|lib[\\/](now|days|outside-text))\.|lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/](arrow-right|bug|check|chevrons-down|circle-check|circle-dashed|circle-dot|file-search|globe|hourglass|info|octagon-alert|printer|shield-check|triangle-alert|unplug)\./;

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    target: BROWSER_FLOOR,
    cssTarget: BROWSER_FLOOR,
    // Every asset is a file of its own: the policy allows no data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        // A shared piece is named after its group, not after every page that uses it.
        chunkFileNames: ({ name }) => `assets/${name.split("~")[0]}-[hash].js`,
        assetFileNames: ({ names }) => `assets/${(names[0] ?? "").split("~")[0]?.replace(/\.[^.]*$/, "")}-[hash][extname]`,
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: "router", test: /node_modules[\\/]@tanstack[\\/](react-router|router-core|history|react-store|store|react-query|query-core)[\\/]/ },
            // What the first page needs, and no more: parts that only later pages use travel with those.
            { name: "kit", test: KIT, tags: ["$initial"] },
            { name: "parts", test: PARTS, tags: ["$initial"] },
            { name: "shown", test: SHOWN },
          ],
        },
      },
    },
  },
  // Tests read the hub's own lists beside the interface.
  server: { fs: { allow: [".."] } },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    // A machine that does two other things types slowly.
    testTimeout: 20_000,
    setupFiles: ["src/lib/test-setup.ts"],
  },
});
