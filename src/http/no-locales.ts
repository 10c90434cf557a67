// Stands in the bundle in place of zod's translations (wrangler.toml, `alias`): messages are English, which zod loads
// by itself. Import it nowhere.

export const TRANSLATIONS: readonly string[] = [];
