// The connection to the server: calls with acknowledgements, reconnecting, and the server's clock.

import { io } from "../../vendor/socket.io.esm.min.js";

const CALL_MS = 8000;
const SAMPLES = 9;
const SYNC_EVERY_MS = 20000;
const BACK_MS = 2000;

/** A refusal by the server. `code`, `details` and `retryable` are those of the error object. */
export class Refusal extends Error {
  /** @param {{ message?: string, code?: string, details?: Record<string, any> }} reply */
  constructor(reply) {
    super(reply.message ?? "The server refused");
    this.code = reply.code ?? "INTERNAL_ERROR";
    /** @type {Record<string, any>} */
    this.details = reply.details ?? {};
    this.retryable = this.details.retryable === true;
  }
}

/** No answer: the connection is down or the server is silent. Asking again is right. */
export class NoAnswer extends Error {}

/** What asking again may help against, as a refusal that says so does too. @param {unknown} error */
export function mayPass(error) {
  if (error instanceof Refusal) return error.retryable || error.code === "RATE_LIMITED";
  return error instanceof NoAnswer;
}

/**
 * @typedef {Record<string, any>} Reply
 * @typedef {object} Callbacks
 * @property {() => Promise<string | null>} token The access token, or null for a guest, for each attempt to connect.
 * @property {(connection: Connection, back: Promise<Reply | null> | null) => Promise<void>} entered Called
 * after every connect; must join again, and may throw. Where the server has put this page back by itself,
 * `back` promises the reply that joining would bring.
 * @property {(state: "connected" | "lost" | "refused", refusal?: Refusal, during?: "handshake") => void} state
 * `during` is given when it was the token that was refused.
 */
export class Connection {
  /** @param {Callbacks} callbacks */
  constructor({ token, entered, state }) {
    /** @type {number[]} How far the server's clock was ahead, lately. */
    this.samples = [];
    this.offset = 0;
    this.entered = entered;
    this.state = state;
    this.ready = false;
    this.socket = io({
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 300,
      reconnectionDelayMax: 3000,
      randomizationFactor: 0.5,
      timeout: 8000,
      auth: async (give) => {
        try {
          const value = await token();
          give(value ? { token: value } : {});
        } catch {
          give({});
        }
      },
    });
    this.socket.on("connect", () => this.#connected());
    this.socket.on("disconnect", () => this.#lost());
    this.socket.on("connect_error", (error) => this.#refused(error));
    this.timer = setInterval(() => this.ready && this.#sample(), SYNC_EVERY_MS);
    this.closed = false;
    document.addEventListener("visibilitychange", this.#seen);
  }

  #seen = () => {
    if (!document.hidden && !this.socket.connected) this.socket.connect();
  };

  /**
   * @param {string} event
   * @param {(...data: any[]) => void} handler
   */
  on(event, handler) {
    this.socket.on(event, handler);
  }

  /**
   * Emit and wait for the acknowledgement. Throws `Refusal` or `NoAnswer`.
   * @param {string} event
   * @param {Record<string, any>} payload
   * @param {number} [wait] In milliseconds.
   * @returns {Promise<Reply>}
   */
  async call(event, payload, wait = CALL_MS) {
    if (!this.socket.connected) throw new NoAnswer("not connected");
    let reply;
    try {
      reply = await this.socket.timeout(wait).emitWithAck(event, payload);
    } catch {
      throw new NoAnswer("no acknowledgement");
    }
    if (reply?.ok !== true) throw new Refusal(reply ?? {});
    return reply;
  }

  /** The server's clock in milliseconds, as far as it is known here. */
  now() {
    return here() + this.offset;
  }

  /** Use a server time that came with a reply until samples are better. @param {number | undefined} serverTime */
  hint(serverTime) {
    if (this.samples.length === 0 && serverTime) this.offset = serverTime - here();
  }

  close() {
    this.closed = true;
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.#seen);
    this.socket.disconnect();
  }

  async #connected() {
    try {
      await this.entered(this, this.socket.recovered ? this.#back() : null);
    } catch (error) {
      this.#notEntered(error);
      return;
    }
    this.ready = true;
    this.state("connected");
    for (let n = 0; n < 5 && this.socket.connected; n += 1) await this.#sample();
  }

  /**
   * The state that comes by itself; null if there is none, as when joining was not done before.
   * @returns {Promise<Reply | null>}
   */
  #back() {
    return new Promise((resolve) => {
      this.socket.once("live.view", resolve);
      setTimeout(() => resolve(null), BACK_MS);
    });
  }

  /** @param {unknown} error */
  #notEntered(error) {
    if (error instanceof Refusal && !mayPass(error)) {
      this.state("refused", error);
      return;
    }
    this.state("lost");
    setTimeout(() => this.socket.connected && !this.closed && this.#connected(), 1000 + Math.random() * 1000);
  }

  #lost() {
    this.ready = false;
    if (this.closed) return;
    this.state("lost");
    if (!this.socket.active) setTimeout(() => this.socket.connect(), 500 + Math.random() * 1500);
  }

  /** @param {Error & { data?: any }} error */
  #refused(error) {
    if (this.closed) return;
    if (this.socket.active) {
      this.state("lost");
      return;
    }
    const refusal = new Refusal(error.data ?? { message: error.message });
    if (refusal.code === "AUTHENTICATION_ERROR" || refusal.code === "VALIDATION_ERROR") {
      this.state("refused", refusal, "handshake");
      return;
    }
    this.state("lost");
    setTimeout(() => !this.closed && this.socket.connect(), 1000 + Math.random() * 2000);
  }

  async #sample() {
    const sent = here();
    try {
      const reply = await this.call("time.sync", { t0: sent });
      const came = here();
      this.samples.push(reply.serverTime - (sent + came) / 2);
      if (this.samples.length > SAMPLES) this.samples.shift();
      this.offset = median(this.samples);
    } catch {
      // A missed sample is no loss; the next one comes.
    }
  }
}

/**
 * Keeps publications and views in order: while a view is on its way publications wait, and those
 * that the view shows already are dropped by their place.
 */
export class Follower {
  /** @param {(event: string, data: any) => void} apply */
  constructor(apply) {
    this.apply = apply;
    /** @type {[string, any, unknown][]} */
    this.held = [];
    this.awaited = 0;
    /** @type {string | null} */
    this.place = null;
  }

  /**
   * Ask for a view with `call()` and hand it to `take(reply)`, then what came meanwhile.
   * @param {() => Promise<Reply>} call
   * @param {(reply: Reply) => void} take
   */
  async enter(call, take) {
    this.awaited += 1;
    try {
      const reply = await call();
      this.place = reply.place;
      take(reply);
    } finally {
      this.awaited -= 1;
      if (this.awaited === 0) this.held.splice(0).forEach((held) => this.#pass(...held));
    }
  }

  /**
   * A publication has come; a durable one has a `place`.
   * @param {string} event
   * @param {any} data
   * @param {unknown} place
   */
  receive(event, data, place) {
    if (this.awaited > 0) this.held.push([event, data, place]);
    else this.#pass(event, data, place);
  }

  /**
   * @param {string} event
   * @param {any} data
   * @param {unknown} place
   */
  #pass(event, data, place) {
    if (typeof place === "string") {
      if (!isLater(place, this.place)) return;
      this.place = place;
    }
    this.apply(event, data);
  }
}

/**
 * Whether the place "<writer>.<count>" lies behind another.
 * @param {string} place
 * @param {string | null} other
 */
function isLater(place, other) {
  if (!other) return true;
  const [writer, count] = place.split(".").map(Number);
  const [otherWriter, otherCount] = other.split(".").map(Number);
  return writer !== otherWriter ? writer > otherWriter : count > otherCount;
}

/** This machine's clock, steady even when somebody sets it. */
function here() {
  return performance.timeOrigin + performance.now();
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
