// Which page an address shows, without loading the document anew.

import { ask } from "../kit/dialog.js";
import { t } from "./locale.js";
import { createStore } from "./store.js";

/**
 * @typedef {"anyone" | "guest" | "user" | "teacher" | "admin"} Audience
 * @typedef {object} Route
 * @property {string} path With `:name` for one part of the address.
 * @property {() => Promise<{ default: (properties: any) => any }>} page
 * @property {import("./locale.js").Word} title
 * @property {Audience} for Who may open it; others are asked to sign in, or told that they may not.
 * @property {readonly string[]} [words] The sections of words that it needs beside those of the frame; without it, all.
 * @property {string[]} [styles] Style sheets that only this page needs, such as `courses/courses.css`.
 * @property {boolean} [bare] Without the frame of the application, as on a projector.
 *
 * @typedef {object} Place
 * @property {string} path
 * @property {URLSearchParams} query
 * @property {string} hash Without the `#`.
 */

/** @type {import("./store.js").Store<Place>} */
export const place = createStore(here());

// The links in e-mails carry a secret behind the #, which shall be in no list of visited pages.
if (place.get().hash.includes("=")) history.replaceState(null, "", location.pathname + location.search);

/** Those who would lose something if the page were left. */
const guards = new Set();

/** How many addresses of this application stand before the present one. It is part of the history, so that a way back can be undone. */
let depth = history.state?.depth ?? 0;
/** Whether the history is on its way to where it was, since a question has to be answered first. */
let returning = false;
/** Whether the next step of the history has been agreed to. */
let agreed = false;

/** @returns {Place} */
function here() {
  return { path: location.pathname.replace(/(?<=.)\/+$/, ""), query: new URLSearchParams(location.search), hash: location.hash.slice(1) };
}

/**
 * Go to an address of this application, which the user may refuse where something would be lost.
 * @param {string} address
 * @param {{ replace?: boolean, forced?: boolean }} [options] `replace` leaves no way back to the
 *   present address; `forced` asks nobody, since the page cannot stay.
 */
export async function go(address, { replace = false, forced = false } = {}) {
  const url = new URL(address, location.href);
  if (guards.size > 0 && url.pathname !== location.pathname && !forced && !(await mayLeave())) return;
  if (!replace) depth += 1;
  history[replace ? "replaceState" : "pushState"]({ depth }, "", url);
  arrive();
}

/**
 * Ask whether the page may be left, where something would be lost.
 * @returns {Promise<boolean>}
 */
export async function mayLeave() {
  if (guards.size === 0) return true;
  return ask({ title: t("frame.leave_title"), text: t("frame.leave_text"), action: t("frame.leave"), cancel: t("frame.stay"), danger: true });
}

function arrive() {
  const elsewhere = here().path !== place.get().path;
  place.set(here());
  if (elsewhere) window.scrollTo(0, 0);
}

/** The browser has gone back or forward. Where something would be lost, it returns first, and asks. */
async function popped() {
  if (history.state === null) history.replaceState({ depth: depth + 1 }, ""); // a part of this page, by its #
  const by = history.state.depth - depth;
  depth = history.state.depth;
  if (returning) {
    returning = false;
  } else if (agreed || guards.size === 0 || by === 0 || here().path === place.get().path) {
    agreed = false;
    place.set(here());
  } else {
    returning = true;
    history.go(-by);
    agreed = await mayLeave();
    if (agreed) history.go(by);
  }
}

/**
 * Change the query of the present address, such as a filter or a tab.
 * @param {Record<string, string | null>} parameters Null takes one away.
 * @param {{ replace?: boolean }} [options]
 */
export function setQuery(parameters, options = { replace: true }) {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null || value === "") url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  go(url.href, options);
}

/** Ask before the page is left. Returns how to stop that. */
export function guard() {
  const one = {};
  guards.add(one);
  return () => guards.delete(one);
}

/**
 * The route of a path, and the values of its `:names`.
 * @param {readonly Route[]} routes
 * @param {string} path
 * @returns {{ route: Route, params: Record<string, string> } | null}
 */
export function find(routes, path) {
  for (const route of routes) {
    const params = match(route.path, path);
    if (params) return { route, params };
  }
  return null;
}

/**
 * @param {string} pattern
 * @param {string} path
 * @returns {Record<string, string> | null}
 */
function match(pattern, path) {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  if (wanted.length !== given.length) return null;
  /** @type {Record<string, string>} */
  const params = {};
  for (const [n, part] of wanted.entries()) {
    if (part.startsWith(":") && given[n] !== "") params[part.slice(1)] = decoded(given[n]);
    else if (part !== given[n]) return null;
  }
  return params;
}

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * Follow links of this site without loading the document, where the application has the page.
 * @param {readonly Route[]} routes
 */
export function start(routes) {
  history.replaceState({ depth }, "");
  addEventListener("popstate", popped);
  addEventListener("hashchange", () => place.set(here()));
  addEventListener("beforeunload", (event) => {
    if (guards.size > 0) event.preventDefault(); // the browser asks in its own words
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    if (!find(routes, link.pathname)) return;
    event.preventDefault();
    go(link.href);
  });
}
