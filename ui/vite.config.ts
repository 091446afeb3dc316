import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The oldest browsers of Windows 7/8.1 machines still found in commune offices.
const BROWSER_FLOOR = ["chrome109", "firefox115", "safari15.6"];

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
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: "router", test: /node_modules[\\/]@tanstack[\\/](react-router|router-core|history|react-store|store|react-query|query-core)[\\/]/ },
            { name: "kit", test: /node_modules[\\/](@base-ui|lucide-react|@floating-ui|reselect|use-sync-external-store|tabbable|openapi-fetch)[\\/]/ },
            { name: "parts", test: /src[\\/](components|lib)[\\/](?!i18n[\\/]en|qr-code|trend-chart|histogram)/ },
          ],
        },
      },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    setupFiles: ["src/lib/test-setup.ts"],
  },
});
