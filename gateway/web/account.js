// Who is signed in on this page: GraphQL, and an access token that is renewed before it runs out.

import { ACCEPT, FINISH, LOGIN, LOGOUT, REFRESH } from "./documents.js";
import { recall, remember } from "./dom.js";

const RENEW_BEFORE_MS = 60000;
const RETRY_MS = 5000;
const LOCK = "stoa.session"; // tabs share one refresh cookie: one exchange at a time
const SIGNED_IN = "stoa.signed-in"; // whether there may be a refresh cookie to ask with

export class GraphQLFailure extends Error {
  constructor(error) {
    super(error?.message ?? "The server did not answer");
    this.code = error?.extensions?.code ?? "UNAVAILABLE";
    this.details = error?.extensions?.details ?? {};
  }
}

/** `changed(token)` is called with each new access token, and with null when the session is over. */
export class Account {
  constructor(changed) {
    this.changed = changed;
    this.token = null;
    this.timer = null;
  }

  /** Run an operation. Throws `GraphQLFailure`. */
  async query(query, variables = {}) {
    const headers = { "content-type": "application/json", accept: "application/json" };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    let body;
    try {
      const response = await fetch("/graphql", { method: "POST", headers, credentials: "same-origin", body: JSON.stringify({ query, variables }) });
      body = await response.json();
    } catch {
      throw new GraphQLFailure(null);
    }
    if (body.errors?.length) throw new GraphQLFailure(body.errors[0]);
    if (!body.data) throw new GraphQLFailure({ message: body.message, extensions: { code: body.code } });
    return body.data;
  }

  /** The signed-in user's id, or null. */
  get userId() {
    return this.token ? claimsOf(this.token).sub ?? null : null;
  }

  async login(email, password) {
    const data = await this.query(LOGIN, { email, password });
    this.#take(data.login.accessToken);
  }

  /** Finish a registration, with the token from its e-mail and the password it was made with. */
  async finish(token, password) {
    const data = await this.query(FINISH, { token, password });
    this.#take(data.confirmRegistration.accessToken);
  }

  /** Accept an invitation to teach, which says to whom it was sent. */
  async accept(invitation, fullName, password) {
    const { email } = claimsOf(invitation).claims ?? {};
    const data = await this.query(ACCEPT, { input: { email: email ?? "", fullName, password, role: "EDUCATOR", invitation } });
    this.#take(data.register.accessToken);
  }

  /** Take up the session of an earlier visit, if there was one. */
  async resume() {
    return recall("localStorage", SIGNED_IN) === true && this.renew();
  }

  /**
   * A new access token from the refresh cookie. False when there is no session to go on with. Only
   * the server's word that the session is over ends it; whatever else fails is tried again.
   */
  renew() {
    return alone(async () => {
      const held = this.token;
      this.token = null; // an expired one must not spoil the request
      try {
        const data = await this.query(REFRESH);
        this.#take(data.refreshToken.accessToken);
        return true;
      } catch (error) {
        this.token = held;
        if (error.code !== "AUTHENTICATION_ERROR") {
          this.#later(RETRY_MS);
          return held !== null;
        }
        this.#gone();
        return false;
      }
    });
  }

  async logout() {
    clearTimeout(this.timer);
    await alone(() => this.query(LOGOUT).catch(() => {}));
    this.#gone();
  }

  /** A token good for at least the next minute, for reconnecting. */
  async fresh() {
    if (this.token && expiryOf(this.token) - Date.now() < RENEW_BEFORE_MS) await this.renew();
    return this.token;
  }

  #gone() {
    this.token = null;
    remember("localStorage", SIGNED_IN, null);
    this.changed(null);
  }

  #take(token) {
    this.token = token;
    remember("localStorage", SIGNED_IN, true);
    this.#later(Math.max(5000, expiryOf(token) - Date.now() - RENEW_BEFORE_MS));
    this.changed(token);
  }

  #later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.renew(), Math.min(ms, 2 ** 31 - 1));
  }
}

/** Run `task` while no other tab of this site runs one. */
function alone(task) {
  return navigator.locks ? navigator.locks.request(LOCK, task) : task(); // plain HTTP has no locks
}

/** When a JWT runs out, in milliseconds; the server checks it, this only schedules. */
function expiryOf(token) {
  const { exp } = claimsOf(token);
  return exp ? exp * 1000 : Date.now() + 10 * RENEW_BEFORE_MS;
}

function claimsOf(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return {};
  }
}
