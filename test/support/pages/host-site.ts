// Serves somebody else's site: the page to copy of docs/embed.md on another origin, under the policy that the page has,
// and under Trusted Types.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { must } from "../../../src/domain/result.ts";
import { PROJECT } from "../server/commands.ts";

export type HostSite = { readonly url: string; close(): Promise<void> };

/** Beside the policy that the page itself has. */
export const POLICY = "require-trusted-types-for 'script'";

/** `element`: the attributes of its element, such as `event="evt_…" lang="af"`. */
export function hostPage(ticketsAt: string, element: string): string {
  const embed = readFileSync(join(PROJECT, "docs/embed.md"), "utf8");
  const [, copied] = /## A page to copy\n\n```html\n([^]*?)```/.exec(embed) ?? [];
  return must(copied, "docs/embed.md has a page to copy")
    .replaceAll("https://tickets.example", ticketsAt)
    .replaceAll("wss://tickets.example", ticketsAt.replace(/^http/, "ws"))
    .replace(/<voelgoed-tickets [^>]*>/, `<voelgoed-tickets ${element}>`);
}

export async function openHostSite(ticketsAt: string, element: string): Promise<HostSite> {
  const html = hostPage(ticketsAt, element);
  const server = createServer((asked, answer) => {
    const status = asked.url === "/" ? 200 : 404;
    answer.writeHead(status, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY });
    answer.end(status === 200 ? html : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
