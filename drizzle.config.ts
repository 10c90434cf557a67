import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: [
    "schema",
    "schema-sales",
    "schema-tickets",
    "schema-sync",
    "schema-people",
    "schema-crew",
    "schema-doors",
    "schema-requests",
  ].map((name) => `./src/db/${name}.ts`),
  out: "./migrations",
});
