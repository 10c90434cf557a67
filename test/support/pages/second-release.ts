// A server between a browser and the real one that can release a second version of the scanner's page, as a deploy does: the
// page, its service worker and its script are others from then on, and the files of the first version are gone.

import { type AddressInfo, connect } from "node:net";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

export type SecondRelease = {
  readonly baseUrl: string;
  release(): void;
  /** From now on, until it is undone, the door takes no uploads for the moment. */
  refuseUploads(isRefused: boolean): void;
  close(): Promise<void>;
};

/** What only pages of the second version have. */
export const SECOND = `<meta name="release" content="second">`;
const SCRIPT = /\/ui\/scanner-([\w-]+)\.js/g;

export async function openSecondRelease(baseUrl: string): Promise<SecondRelease> {
  const { hostname, port } = new URL(baseUrl);
  let [isReleased, isRefused] = [false, false];

  function pass(asked: IncomingMessage, answer: ServerResponse): void {
    const path = asked.url ?? "/";
    if (isRefused && asked.method === "POST" && path.endsWith("/scans")) {
      answer.writeHead(503, { "Retry-After": "1", "Content-Type": "application/problem+json" });
      return void answer.end(
        JSON.stringify({ status: 503, code: "overloaded", title: "Overloaded", type: "about:blank" }),
      );
    }
    // The second version's script has another name; those of the first version are there no more.
    const isSecond = path.includes("-second.js");
    if (/^\/ui\/scanner-[\w-]+\.js$/.test(path) && isSecond !== isReleased) return void answer.writeHead(404).end();
    const headers = { ...asked.headers, "accept-encoding": "identity" };
    const onward = { hostname, port, method: asked.method, path: path.replace("-second.js", ".js"), headers };
    const far = request(onward, (came) => void give(path, came, answer));
    far.on("error", () => answer.destroy());
    asked.pipe(far);
  }

  async function give(path: string, came: IncomingMessage, answer: ServerResponse): Promise<void> {
    const whole = await buffer(came);
    const isPart = isReleased && (path === "/scan" || path.startsWith("/scan-sw.js"));
    const body = isPart ? Buffer.from(second(whole.toString("utf8"))) : whole;
    const { "content-length": _, "transfer-encoding": __, etag: ___, ...headers } = came.headers;
    answer.writeHead(came.statusCode ?? 502, { ...headers, "content-length": body.length });
    answer.end(body);
  }

  const server = createServer(pass);
  server.on("upgrade", (asked, near, head) => {
    const far = connect(Number(port), hostname);
    const lines = asked.rawHeaders.flatMap((text, at, all) => (at % 2 === 0 ? [`${text}: ${all[at + 1] ?? ""}`] : []));
    far.write(`${[`GET ${asked.url ?? "/"} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`);
    far.write(head);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  // The cast: it listens on a port.
  const own = (server.address() as AddressInfo).port;
  return {
    baseUrl: `http://127.0.0.1:${own}`,
    release() {
      isReleased = true;
    },
    refuseUploads(isIt) {
      isRefused = isIt;
    },
    close() {
      server.closeAllConnections();
      return new Promise((settle) => server.close(() => settle()));
    },
  };
}

/** The page or the service worker of the second version: other files, and so another name of the version. */
function second(text: string): string {
  return text
    .replaceAll(SCRIPT, "/ui/scanner-$1-second.js")
    .replace("</head>", `${SECOND}</head>`)
    .replace(/self\.VERSION = "(\w+)"/, 'self.VERSION = "second$1"');
}
