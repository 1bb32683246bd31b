// The connection to the server: calls with acknowledgements, reconnecting, and the server's clock.

import { io } from "./vendor/socket.io.esm.min.js";

const CALL_MS = 8000;
const SAMPLES = 9;
const SYNC_EVERY_MS = 20000;

/** A refusal by the server. `code`, `details` and `retryable` are those of the error object. */
export class Refusal extends Error {
  constructor(reply) {
    super(reply.message ?? "The server refused");
    this.code = reply.code ?? "INTERNAL_ERROR";
    this.details = reply.details ?? {};
    this.retryable = this.details.retryable === true;
  }
}

/** No answer: the connection is down or the server is silent. Asking again is right. */
export class NoAnswer extends Error {}

/**
 * `token()` gives the access token (or null for a guest) for each attempt to connect.
 * `entered(connection)` is called after every connect and must join again; it may throw.
 * `state(text)` is called with "connected", "lost" or "refused" (then with the refusal, and with
 * "handshake" when it was the token that was refused).
 */
export class Connection {
  constructor({ token = async () => null, entered, state }) {
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
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && !this.socket.connected && !this.closed) this.socket.connect();
    });
  }

  on(event, handler) {
    this.socket.on(event, handler);
  }

  /** Emit and wait for the acknowledgement. Throws `Refusal` or `NoAnswer`. */
  async call(event, payload) {
    if (!this.socket.connected) throw new NoAnswer("not connected");
    let reply;
    try {
      reply = await this.socket.timeout(CALL_MS).emitWithAck(event, payload);
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

  /** Use a server time that came with a reply until samples are better. */
  hint(serverTime) {
    if (this.samples.length === 0 && serverTime) this.offset = serverTime - here();
  }

  close() {
    this.closed = true;
    clearInterval(this.timer);
    this.socket.disconnect();
  }

  async #connected() {
    try {
      await this.entered(this);
    } catch (error) {
      this.#notEntered(error);
      return;
    }
    this.ready = true;
    this.state("connected");
    for (let n = 0; n < 5 && this.socket.connected; n += 1) await this.#sample();
  }

  #notEntered(error) {
    if (error instanceof Refusal && !error.retryable && error.code !== "RATE_LIMITED") {
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
  constructor(apply) {
    this.apply = apply;
    this.held = [];
    this.awaited = 0;
    this.place = null;
  }

  /** Ask for a view with `call()` and hand it to `take(reply)`, then what came meanwhile. */
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

  /** A publication has come; a durable one has a `place`. */
  receive(handler, data, place) {
    if (this.awaited > 0) this.held.push([handler, data, place]);
    else this.#pass(handler, data, place);
  }

  #pass(handler, data, place) {
    if (typeof place === "string") {
      if (!isLater(place, this.place)) return;
      this.place = place;
    }
    this.apply(handler, data);
  }
}

/** Whether the place "<writer>.<count>" lies behind another. */
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

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
