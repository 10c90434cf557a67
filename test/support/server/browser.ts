// Acts as a person's browser towards the API: it keeps cookies and sends its origin.

import { openSocket, type Viewer } from "./sockets/viewer.ts";

export type Browser = {
  /** A request from our own pages. The body is null when there is none. */
  ask<T = unknown>(method: string, path: string, json?: unknown): Promise<{ status: number; body: T }>;
  /** A socket from our own pages. Rejects with the status when there is no upgrade. */
  follow(path: string): Promise<Viewer>;
};

export function openBrowser(baseUrl: string): Browser {
  const cookies = new Map<string, string>();
  const sent = () => ({
    Origin: new URL(baseUrl).origin,
    ...(cookies.size > 0 && { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") }),
  });
  return {
    follow: (path) => openSocket(baseUrl, path, sent()),
    async ask<T>(method: string, path: string, json?: unknown) {
      const answer = await fetch(baseUrl + path, {
        method,
        redirect: "manual",
        headers: {
          ...sent(),
          ...(json !== undefined && { "Content-Type": "application/json" }),
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
      });
      for (const each of answer.headers.getSetCookie()) {
        const [name = "", value = ""] = (each.split(";")[0] ?? "").split(/=(.*)/s);
        if (value === "") cookies.delete(name);
        else cookies.set(name, value);
      }
      const text = await answer.text();
      // The one cast: what the body must be is what the caller's test says of it.
      return { status: answer.status, body: (text.startsWith("{") ? JSON.parse(text) : null) as T };
    },
  };
}
