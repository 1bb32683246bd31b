// Keeps the application in the browser: it starts without a network, and never from two versions.
//
// A page registers this script with its own version. All files of that version are kept before it
// takes over; those of the version before stay for pages that are still open.

const sw = /** @type {any} */ (self);
const version = new URL(sw.location.href).searchParams.get("version") ?? "";
const PREFIX = "stoa-files-";
const CACHE = PREFIX + version;
const LIST = `/assets/${version}/files.json`;
const SHELL = "/home";
const NETWORK_MS = 5_000;
const KEPT_VERSIONS = 2;

sw.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install()));
sw.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(activate()));
sw.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== sw.location.origin) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(asset(request));
  else if (request.mode === "navigate") event.respondWith(page(request, url.pathname));
});

async function install() {
  const cache = await caches.open(CACHE);
  const response = await fetch(LIST);
  if (!response.ok) throw new Error("Another version is being served");
  const { files } = await response.clone().json();
  await cache.put(LIST, response);
  await cache.addAll([SHELL, ...files.map((/** @type {string} */ name) => `/assets/${version}/${name}`)]);
  await sw.skipWaiting();
}

async function activate() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  const old = names.slice(0, Math.max(0, names.length - (KEPT_VERSIONS - 1)));
  await Promise.all(old.map((name) => caches.delete(name)));
  await sw.clients.claim();
}

/** @param {Request} request */
async function asset(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  // What is loaded only when it is needed, such as the maths, is kept from then on.
  if (response.ok && request.url.includes(`/assets/${version}/`) && response.status === 200) {
    const cache = await caches.open(CACHE);
    await cache.put(request, response.clone());
  }
  return response;
}

/**
 * The server's page, or without a network the kept shell for the addresses that it draws.
 * @param {Request} request
 * @param {string} path
 */
async function page(request, path) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), NETWORK_MS);
  try {
    return await fetch(request, { signal: controller.signal });
  } catch (error) {
    const shell = (await isDrawn(path)) ? await caches.match(SHELL, { cacheName: CACHE }) : undefined;
    if (shell) return shell;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} path */
async function isDrawn(path) {
  const list = await caches.match(LIST, { cacheName: CACHE });
  const { pages } = list ? await list.json() : { pages: [] };
  const given = path.split("/");
  return pages.some((/** @type {string} */ pattern) => {
    const wanted = pattern.split("/");
    return wanted.length === given.length && wanted.every((part, n) => part === given[n] || (part.startsWith(":") && given[n] !== ""));
  });
}
