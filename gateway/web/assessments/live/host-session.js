// A host's screen attached to a game: finding back after any loss, and commands that act once.

import { announce } from "../../app/announcer.js";
import { randomId } from "../../app/storage.js";
import { fresh, renew, session } from "../../app/session.js";
import { createStore } from "../../app/store.js";
import { Connection, Follower, NoAnswer, Refusal } from "./connection.js";
import { EVENTS, after, fromView } from "./host-state.js";
import { spoken } from "./host-words.js";

const TRIES = 8;
const LOOK_AGAIN_MS = 2_000;

/**
 * @typedef {import("./host-state.js").Desk} Desk
 * @typedef {{ code: string, message: string }} Problem
 *
 * @typedef {object} Screen
 * @property {"lost" | "connected"} link
 * @property {Desk | null} desk
 * @property {Problem | null} problem Why there is no game to show.
 * @property {Problem | null} notice Why a command was not carried out.
 * @property {boolean} taking Whether the host is being asked to give the game over.
 * @property {boolean} busy Whether a step is on its way.
 */

/** @type {Screen} */
const BLANK = { link: "lost", desk: null, problem: null, notice: null, taking: false, busy: false };

export class HostSession {
  /** @type {import("../../app/store.js").Store<Screen>} */
  screen = createStore(BLANK);
  /** @type {Connection | null} */
  #connection = null;
  #follower = new Follower((event, data) => this.#published(event, data));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #looking;

  /** @param {string} liveQuizId */
  constructor(liveQuizId) {
    this.liveQuizId = liveQuizId;
  }

  open() {
    this.#connection = new Connection({
      token: fresh,
      entered: (link, back) => this.#attach(link, back),
      state: (...state) => this.#changed(...state),
    });
    for (const event of EVENTS) this.#connection.on(event, (data, place) => this.#follower.receive(event, data, place));
  }

  close() {
    clearTimeout(this.#looking);
    this.#connection?.close();
    this.#connection = null;
  }

  /** The server's clock. */
  now = () => this.#connection?.now() ?? Date.now();

  /** A new access token, so that the server goes on knowing who is connected. @param {string} token */
  renew(token) {
    if (this.#connection?.ready) this.#connection.call("auth.renew", { token }).catch(() => {});
  }

  /** Fetch the view anew: the list of players is in no publication. */
  look() {
    if (this.#connection?.ready) this.#attach(this.#connection, null).catch(() => {});
  }

  /** The same a little later; asked for often, it is done once. */
  lookSoon() {
    this.#looking ??= setTimeout(() => {
      this.#looking = undefined;
      this.look();
    }, LOOK_AGAIN_MS);
  }

  /**
   * One or several steps in a row, each from where the one before has led. Pressed again meanwhile,
   * nothing happens; a game that has moved on stops it.
   * @param {number} count
   * @param {boolean} [board] Whether the leaderboard follows a reveal; otherwise the game decides.
   */
  async advance(count, board) {
    const { desk, busy } = this.screen.get();
    if (!desk || busy) return;
    this.#set({ busy: true });
    try {
      for (let left = count, step = desk.step; left > 0; left -= 1) {
        const reply = await this.#act("next", { step, board });
        if (!reply) return;
        step = reply.step;
      }
    } finally {
      this.#set({ busy: false });
    }
  }

  /**
   * @param {string} name
   * @param {Record<string, any>} [more]
   * @returns {Promise<boolean>} Whether it was carried out.
   */
  async command(name, more = {}) {
    return (await this.#act(name, more)) !== null;
  }

  /** The server asks the host's page first, for three seconds at most. */
  async takeOver() {
    this.#set({ taking: true, notice: null });
    await this.command("handOver", { toUserId: session.get().user?.id });
    this.#set({ taking: false });
  }

  /**
   * Repeated with the same id until answered, so that it acts once.
   * @param {string} command
   * @param {Record<string, any>} more
   * @returns {Promise<import("./connection.js").Reply | null>}
   */
  async #act(command, more) {
    const payload = { liveQuizId: this.liveQuizId, command, commandId: randomId(), ...more };
    for (let attempt = 1; attempt <= TRIES && this.#connection; attempt += 1) {
      try {
        const reply = await this.#connection.call("live.command", payload);
        this.screen.set((before) => (before.desk && reply.step >= before.desk.step ? { ...before, desk: { ...before.desk, step: reply.step } } : before));
        return reply;
      } catch (error) {
        if (!(error instanceof Refusal) && !(error instanceof NoAnswer)) throw error;
        if (error instanceof Refusal && !error.retryable) {
          if (error.code !== "STALE_STEP") this.#set({ notice: { code: error.code, message: error.message } });
          return null;
        }
        await new Promise((done) => setTimeout(done, 400 * attempt));
      }
    }
    this.#set({ notice: { code: "UNAVAILABLE", message: "" } });
    return null;
  }

  /** @param {Connection} link @param {Promise<import("./connection.js").Reply | null> | null} back */
  async #attach(link, back) {
    const ask = async () => (await back) ?? link.call("live.host", { liveQuizId: this.liveQuizId });
    await this.#follower.enter(ask, (reply) => {
      if (link !== this.#connection) return;
      link.hint(reply.serverTime);
      this.#set({ desk: fromView(reply.view), problem: null });
    });
  }

  /** @param {"connected" | "lost" | "refused"} state @param {Refusal} [refusal] @param {"handshake"} [during] */
  async #changed(state, refusal, during) {
    if (state !== "refused") return this.#set({ link: state });
    const connection = this.#connection;
    if (during && refusal?.code === "AUTHENTICATION_ERROR") {
      if ((await renew()) === "renewed") connection?.socket.connect();
      return undefined;
    }
    this.close();
    this.screen.set({ ...BLANK, problem: { code: refusal?.code ?? "INTERNAL_ERROR", message: refusal?.message ?? "" } });
    return undefined;
  }

  /** @param {string} event @param {any} data */
  #published(event, data) {
    const { desk } = this.screen.get();
    if (!desk) return;
    const next = after(desk, event, data);
    if (next === desk) return;
    const moved = data.step !== undefined || event === "live.host";
    this.#set(moved ? { desk: next, notice: null } : { desk: next });
    const said = spoken(event, data, desk);
    if (said) announce(said);
    if (event === "live.closed" || event === "live.reveal") this.look(); // the last state of what was chosen, and what was typed
  }

  /** @param {Partial<Screen>} part */
  #set(part) {
    this.screen.set((before) => ({ ...before, ...part }));
  }
}
