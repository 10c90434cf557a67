// Checks whether wrangler.toml names resources of an account, or still has its placeholders.

import { CONFIG_PATH, readConfiguration } from "./wrangler.ts";

const PLACEHOLDER = /^[0-]*$/;

/** The resources to create before anything remote works; empty when all ids are real. */
function missingResources(): string[] {
  const config = readConfiguration(CONFIG_PATH);
  const databases = config.d1_databases
    .filter(({ database_id: id }) => PLACEHOLDER.test(id))
    .map(
      ({ binding, database_name: name }) =>
        `  npx wrangler d1 create ${name} --location weur --update-config=false\n    (the region nearest to your venues, for good); then put the database_id it prints under binding = "${binding}"`,
    );
  const namespaces = config.kv_namespaces
    .filter(({ id }) => PLACEHOLDER.test(id))
    .map(
      ({ binding }) =>
        `  npx wrangler kv namespace create ${binding} --update-config=false\n    then put the id it prints under binding = "${binding}"`,
    );
  return [...databases, ...namespaces];
}

/** What has to be done before a remote command works; null when nothing is missing. */
export function explainMissing(): string | null {
  const missing = missingResources();
  if (missing.length === 0) return null;
  return `wrangler.toml still has placeholder ids. Create these on your account (npx wrangler login first):\n${missing.join("\n")}\ndocs/operations.md, "First deploy", has every step.`;
}
