// Writes the OpenAPI document that the Worker would serve to the file that is named, for the linter in `npm run check`.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { app } from "../../../src/http/app.ts";
import { must } from "../../../src/domain/result.ts";

const answer = await app.request("/openapi.json");
const file = must(process.argv[2], "the file to write is named");
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, await answer.text());
