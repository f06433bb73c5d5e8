// Keeps the app's files so that it opens without network, and sends what waits when the network is back. The server
// puts VERSION and FILES before this: another version is another cache, filled whole before it is used.
import { send } from "/assets/field-sync.js";

const CACHE = "amparo-field-" + VERSION;

addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache", credentials: "omit" })));
  })());
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const key of await caches.keys()) {
      if (key.startsWith("amparo-field-") && key !== CACHE) await caches.delete(key);
    }
    await clients.claim();
  })());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  const file = request.mode === "navigate" ? "/campo/" : address.pathname + address.search;
  if (!FILES.includes(file)) return;
  event.respondWith((async () => (await (await caches.open(CACHE)).match(file)) ?? fetch(request))());
});

// A page that is still locked asks for the newer version; one in the middle of an interview keeps its own.
addEventListener("message", (event) => {
  if (event.data === "use the newer version") skipWaiting();
});

addEventListener("sync", (event) => {
  if (event.tag !== "amparo-outbox") return;
  event.waitUntil((async () => {
    const { problem, serverTime } = await send();
    new BroadcastChannel("amparo-field").postMessage({ skew: serverTime ? Date.now() - serverTime : null });
    // The browser tries again later.
    if (problem === "network") throw new Error(problem);
  })());
});
