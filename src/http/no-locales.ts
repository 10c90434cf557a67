// Replaces zod's translations in the bundle (wrangler.toml, `alias`), since messages are English, which zod loads by
// itself. Import it nowhere.

export const TRANSLATIONS: readonly string[] = [];
