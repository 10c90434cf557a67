// The scanner's service worker (rule W10) keeps all files of one version on the phone, and serves that version until
// the page reports that nothing is unsent. src/http/routes/pages/scan-page.ts writes the list of files before it; where
// one of them is missing, it is not installed.

type Fetching = { readonly request: Request; respondWith(answer: Promise<Response>): void };
type Lasting = { waitUntil(work: Promise<unknown>): void };
type WorkerMessage = Lasting & { readonly data: unknown; readonly ports: readonly MessagePort[] };
/**
 * The part of a service worker's scope that is used here, since TypeScript's types of workers and of pages exclude each
 * other.
 */
type Scope = {
  readonly VERSION: string;
  readonly FILES: readonly string[];
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: Lasting) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(type: "message", listener: (event: WorkerMessage) => void): void;
};
const scope = self as unknown as Scope;

const PAGE = "/scan";
const PREFIX = "scan-";
/**
 * Holds which version this phone has taken: a cache with one response, whose text is the name of that version's cache.
 */
const TAKEN = "scanner-taken";
const OWN = PREFIX + scope.VERSION;

async function install(): Promise<void> {
  await fetchOwn();
  // May start at once, since it serves whichever version was taken.
  await scope.skipWaiting();
}

async function fetchOwn(): Promise<void> {
  const cache = await caches.open(OWN);
  // Bypasses the browser's own cache, so that the page is of this version.
  await cache.addAll([PAGE, ...scope.FILES].map((path) => new Request(path, { cache: "no-cache" })));
}

async function activate(): Promise<void> {
  if ((await takenVersion()) === null) await takeOwn();
  await scope.clients.claim();
}

async function take(answer: MessagePort | undefined): Promise<void> {
  const isTaken = (await takenVersion()) !== OWN && (await takeOwn());
  answer?.postMessage(isTaken ? "taken" : "same", []);
}

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(activate()));
scope.addEventListener("message", (event) => {
  if (event.data === "take") event.waitUntil(take(event.ports[0]));
});

scope.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== scope.location.origin) return;
  if (pathname === PAGE) event.respondWith(page(event.request));
  else if (pathname.startsWith("/ui/")) event.respondWith(file(event.request));
});

/** The page of the version that was taken. */
async function page(request: Request): Promise<Response> {
  const version = await takenVersion();
  const cachedPage = version === null ? undefined : await (await caches.open(version)).match(PAGE);
  return cachedPage ?? fetch(request);
}

/** The content of a file with this name never changes. */
async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

async function takenVersion(): Promise<string | null> {
  const named = await (await caches.open(TAKEN)).match(PAGE);
  const name = named === undefined ? null : await named.text();
  return name !== null && (await caches.has(name)) ? name : null;
}

/** False when the files of this version are not there and cannot be fetched. */
async function takeOwn(): Promise<boolean> {
  // Another version that was taken while this one was installed has deleted its files.
  if (!(await caches.has(OWN))) await fetchOwn().catch(() => caches.delete(OWN));
  if (!(await caches.has(OWN))) return false;
  await (await caches.open(TAKEN)).put(PAGE, new Response(OWN));
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== OWN) await caches.delete(name);
  return true;
}
