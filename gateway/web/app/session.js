// Who is signed in: the access token, renewed before it runs out, and the user it stands for.

import { toast } from "../kit/toast.js";
import { answerAhead } from "./ahead.js";
import { LOGIN, LOGOUT, ME, REFRESH } from "./documents.js";
import { Failure, online, send } from "./graphql.js";
import { t } from "./locale.js";
import { REFRESH_AHEAD, SIGNED_IN, alone, maySignIn, rememberSignedIn } from "./refresh.js";
import { recall, remember } from "./storage.js";
import { createStore } from "./store.js";

const RENEW_BEFORE_MS = 60_000;
const RETRY_MS = 5_000;
const USER = "stoa.user"; // who that was, for reading without a network

/**
 * @typedef {import("./graphql.js").Failure} GraphQLFailure
 * @typedef {object} Person
 * @property {string} id
 * @property {"STUDENT" | "EDUCATOR" | "ADMIN"} role
 * @property {string | null} email
 * @property {boolean | null} emailVerified
 * @property {string | null} pendingEmail
 * @property {{ fullName: string, avatarUrl: string | null, language: string, timezone: string }} profile
 * @typedef {{ status: "unknown" | "guest" | "user", user: Person | null }} Session
 */

/** "unknown" until the session of an earlier visit was taken up or found to be over. */
export const session = createStore(/** @type {Session} */ ({ status: "unknown", user: null }));

/** @type {string | null} */
let token = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {Set<(token: string) => void>} */
const tokenListeners = new Set();

/**
 * Hear of each new access token, as who keeps a connection open must. Returns how to stop that.
 * @param {(token: string) => void} listener
 */
export function onToken(listener) {
  tokenListeners.add(listener);
  return () => tokenListeners.delete(listener);
}

/**
 * Run a document as whoever is signed in. An access token that has run out is renewed first.
 * @template Result, Variables
 * @param {import("./graphql.js").Document<Result, Variables>} query
 * @param {Variables} variables
 * @param {{ signal?: AbortSignal, repeatable?: boolean }} [options]
 * @returns {Promise<Result>} Rejects with a `Failure`.
 */
export async function request(query, variables, options = {}) {
  const used = await fresh();
  try {
    return await send(query, variables, { ...options, token: used });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "AUTHENTICATION_ERROR" || used === null) throw error;
    if ((await renew()) !== "renewed") throw error;
    return send(query, variables, { ...options, token });
  }
}

/** A token that is good for at least the next minute, or null for a guest. */
export async function fresh() {
  const isDue = token === null ? session.get().user !== null : expiryOf(token) - Date.now() < RENEW_BEFORE_MS;
  if (isDue) await renew();
  return token;
}

/**
 * Take up the session of an earlier visit, if there was one. While the server cannot be reached, its
 * user may read what was kept.
 */
export async function resume() {
  if (!maySignIn()) return gone();
  const user = recall("localStorage", USER);
  if ((await renew()) === "later" && user && !online.get()) session.set({ status: "user", user });
}

/**
 * @param {string} email
 * @param {string} password
 */
export async function signIn(email, password) {
  const data = await send(LOGIN, { email, password });
  await take(/** @type {string} */ (data.login.accessToken)); // null from `register` alone
}

/**
 * Take up the session that a mutation brought.
 * @param {string} accessToken
 * @param {() => Promise<unknown>} [first] What is done as the user, before anything is shown as theirs.
 */
export async function take(accessToken, first) {
  keep(accessToken);
  await first?.();
  await loadUser();
}

export async function signOut() {
  clearTimeout(timer);
  await alone(() => send(LOGOUT, {}, { token }).catch(() => {}));
  rememberSignedIn(false);
  gone();
}

/** Ask again who one is, after a change of the profile, the address or the role. */
export async function loadUser() {
  const { me } = await request(ME, {});
  show(me);
  return me;
}

/** @param {Person} user */
function show(user) {
  remember("localStorage", USER, user);
  session.set({ status: "user", user });
}

/**
 * A new access token from the refresh cookie. Only the server's word that the session is over ends
 * it; whatever else fails is tried again a little later.
 * @returns {Promise<"renewed" | "over" | "later">}
 */
export function renew() {
  return alone(async () => {
    try {
      const { refreshToken: renewed } = await send(REFRESH, {}, { repeatable: true, ahead: answerAhead(REFRESH_AHEAD) });
      keep(/** @type {string} */ (renewed.accessToken));
      if (session.get().status !== "user") show(/** @type {Person} */ (renewed.user)); // null from `register` alone
      return "renewed";
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "AUTHENTICATION_ERROR") {
        later(RETRY_MS);
        return "later";
      }
      rememberSignedIn(false);
      if (session.get().user) toast(t("frame.session_over"), { kind: "bad" });
      gone();
      return "over";
    }
  });
}

/** @param {string} accessToken */
function keep(accessToken) {
  const { user } = session.get();
  if (user && claimsOf(accessToken).sub !== user.id) location.reload(); // another tab has changed who it is
  token = accessToken;
  for (const listener of tokenListeners) listener(accessToken);
  rememberSignedIn(true);
  later(Math.max(RETRY_MS, expiryOf(accessToken) - Date.now() - RENEW_BEFORE_MS));
}

function gone() {
  clearTimeout(timer);
  token = null;
  remember("localStorage", USER, null);
  session.set({ status: "guest", user: null });
}

/** @param {number} ms */
function later(ms) {
  clearTimeout(timer);
  timer = setTimeout(renew, Math.min(ms, 2 ** 31 - 1));
}

/**
 * When a JWT runs out, in milliseconds; the server checks it, this only schedules.
 * @param {string} jwt
 */
function expiryOf(jwt) {
  const { exp } = claimsOf(jwt);
  return exp ? exp * 1000 : Date.now() + 10 * RENEW_BEFORE_MS;
}

/**
 * @param {string} jwt
 * @returns {Record<string, any>}
 */
export function claimsOf(jwt) {
  try {
    return JSON.parse(atob(jwt.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return {};
  }
}

// Another tab has signed out: so has this one, since the refresh cookie is gone.
window.addEventListener("storage", (event) => {
  if (event.key === SIGNED_IN && event.newValue === null && token !== null) gone();
});
