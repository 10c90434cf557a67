// Names the files that pages load. Their paths have a hash of the content, so that browsers may keep them.

import PATHS from "../../../dist/ui-paths.json" with { type: "json" };

/** An entry of vite.config.ts, with the ending of what is made of it: `sheet.css`. */
export type AssetName = keyof typeof PATHS;

/** The path of its present version on our own origin: `/ui/sheet-a1b2c3d4.css`. */
export function assetPath(name: AssetName): string {
  return PATHS[name];
}
