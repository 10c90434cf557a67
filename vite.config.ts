// What browsers load: scripts and the sheet, into dist/ui, from where the platform serves them. src/cli/build/build-ui.ts runs it.

import { defineConfig } from "vite";
import { BROWSERS } from "./src/cli/build/build-element.ts";

/** A name here is a name of `assetPath` (src/http/pages/assets.ts), with the ending of what is made of it. */
const ENTRIES = {
  sheet: "src/ui/shared/styles/sheet.css",
  account: "src/ui/console/account.ts",
  console: "src/ui/console/console.tsx",
  desk: "src/ui/console/desk.css",
  shop: "src/ui/storefront/shop.css",
  "by-link": "src/ui/storefront/by-link.ts",
  element: "src/ui/element/element.css",
  "shop-script": "src/ui/storefront/shop.ts",
  scanner: "src/ui/scanner/scanner.tsx",
  "scanner-look": "src/ui/scanner/scanner.css",
  "scan-sw": "src/ui/scanner/scan-sw.ts",
  "zxing-worker": "src/ui/scanner/zxing-worker.ts",
};

export default defineConfig({
  root: import.meta.dirname,
  // Nothing of the environment goes into a script.
  envPrefix: "VOELGOED_NOTHING_",
  // As they are, at the root: the headers of what is served.
  publicDir: "src/ui/public",
  logLevel: "warn",
  // Also within a test, where JSX would be built for debugging, with the paths of this machine in it.
  oxc: { jsx: { runtime: "automatic", importSource: "preact", development: false } },
  build: {
    manifest: true,
    // A page's policy allows no data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    target: BROWSERS,
    rolldownOptions: {
      input: ENTRIES,
      output: {
        entryFileNames: "ui/[name]-[hash].js",
        chunkFileNames: "ui/[name]-[hash].js",
        assetFileNames: "ui/[name]-[hash][extname]",
      },
    },
  },
});
