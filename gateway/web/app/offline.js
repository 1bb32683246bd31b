// The application without a network: its files, and what one was reading.

const ANSWERS = "stoa-reading";
const KEPT_ANSWERS = 60;

/** Keep this version's files in the browser. A page in development or over plain HTTP goes on without. */
export function keepApplication() {
  const [, version] = /\/assets\/([^/]+)\//.exec(import.meta.url) ?? [];
  if (!version || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register(`/service-worker.js?version=${version}`).catch(() => {});
}

/**
 * Keep what the server answered, to be read without a network.
 * @param {string} key
 * @param {unknown} data
 */
export async function keepAnswer(key, data) {
  if (!("caches" in globalThis)) return;
  try {
    const cache = await caches.open(ANSWERS);
    await cache.delete(await addressOf(key)); // so that the oldest comes first
    await cache.put(await addressOf(key), new Response(JSON.stringify(data)));
    const all = await cache.keys();
    await Promise.all(all.slice(0, Math.max(0, all.length - KEPT_ANSWERS)).map((each) => cache.delete(each)));
  } catch {
    // Storage is full or refused: only reading without a network is lost.
  }
}

/**
 * @param {string} key
 * @returns {Promise<any>} What was kept, or null.
 */
export async function keptAnswer(key) {
  if (!("caches" in globalThis)) return null;
  try {
    const found = await caches.match(await addressOf(key), { cacheName: ANSWERS });
    return found ? await found.json() : null;
  } catch {
    return null;
  }
}

/** Nobody reads on where somebody has signed out. */
export async function forgetKeptAnswers() {
  if ("caches" in globalThis) await caches.delete(ANSWERS).catch(() => false);
}

/** @param {string} key */
async function addressOf(key) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return `/kept/${Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
