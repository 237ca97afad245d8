// A part of the service worker: where there is no connection, a page says so. It keeps that page and what it is made of, which is
// nobody's, and nothing else.

const OFFLINE_PAGE = "/offline";
const OFFLINE_PARTS = [`${self.assets}/tidings.css`, `${self.assets}/js/offline-page.js`];
const OFFLINE_CACHE = `tidings-offline${self.assets}`;

self.addEventListener("install", (event) => event.waitUntil(keepOfflinePage().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(dropOldCaches()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(pageOrOffline(event));
  else if (OFFLINE_PARTS.includes(new URL(request.url).pathname)) event.respondWith(keptOr(request));
});

async function keepOfflinePage() {
  try {
    const cache = await caches.open(OFFLINE_CACHE);
    if (await cache.match(OFFLINE_PAGE)) return;
    // Without a cookie: what is kept is the same for everybody.
    const requests = [OFFLINE_PAGE, ...OFFLINE_PARTS].map((address) => new Request(address, { cache: "no-cache", credentials: "omit" }));
    await cache.addAll(requests);
  } catch { /* The connection went meanwhile. With the next page that comes it is tried again. */ }
}

async function dropOldCaches() {
  for (const name of await caches.keys()) {
    if (name.startsWith("tidings-offline") && name !== OFFLINE_CACHE) await caches.delete(name);
  }
  // The page is asked for while the worker starts.
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function pageOrOffline(event) {
  try {
    const page = (await event.preloadResponse) ?? await fetch(event.request);
    event.waitUntil(keepOfflinePage());
    return page;
  } catch {
    return (await caches.match(OFFLINE_PAGE)) ?? Response.error();
  }
}

async function keptOr(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request).catch(() => Response.error());
}
