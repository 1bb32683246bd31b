// A player's place in a game: entering, finding back after any loss, and answers sent until they are kept.

import { announce } from "../../app/announcer.js";
import { randomId, recall, remember } from "../../app/storage.js";
import { fresh, renew, session } from "../../app/session.js";
import { createStore } from "../../app/store.js";
import { Connection, Follower, Refusal, mayPass } from "./connection.js";
import { spoken } from "./player-words.js";
import { EVENTS, after, fromView } from "./player-state.js";

const KEY = "stoa.game";
const JOIN_KEY = "stoa.joining"; // the join that has no acknowledgement yet

/**
 * @typedef {import("./wire.js").Answer} Answer
 * @typedef {{ liveQuizId?: string, pin?: string, nickname?: string, resumeToken?: string, joinId?: string }} Wanted
 * What `live.join` is called with.
 * @typedef {{ index: number, answerId: string, answer: Answer }} Pending Sent, and not yet acknowledged.
 * @typedef {{ liveQuizId: string, resumeToken: string, nickname: string, pin: string, pending: Pending | null, putOut: boolean }} Kept
 * `pin`: by which it was entered, if it was.
 *
 * @typedef {object} Seat
 * @property {"entry" | "entering" | "game"} stage
 * @property {"none" | "lost" | "connected"} link
 * @property {import("./player-state.js").Game | null} game
 * @property {Pending | null} pending
 * @property {Problem | null} problem Why there is no seat.
 * @property {Problem | null} notice Why an answer was not taken.
 * @property {Kept | null} offered A place that may be taken up again.
 *
 * @typedef {{ code: string, message: string }} Problem
 */

/** @type {Seat} */
const NOWHERE = { stage: "entry", link: "none", game: null, pending: null, problem: null, notice: null, offered: null };

export class PlayerSession {
  /** @type {import("../../app/store.js").Store<Seat>} */
  seat = createStore(NOWHERE);
  /** @type {Connection | null} */
  #connection = null;
  /** @type {Follower} */
  #follower = new Follower(() => {});
  /** @type {Wanted} */
  #wanted = {};
  #sending = false;
  #pin = "";

  /**
   * Take up the place of this tab, unless an address leads to another game.
   * @param {string} invited By this PIN, or empty.
   * @param {string | null} running The game of one's courses that was chosen.
   */
  begin(invited, running) {
    const here = recall("sessionStorage", KEY);
    const kept = this.kept();
    if (running && running !== here?.liveQuizId && session.get().user) this.enterRunning(running, "");
    else if (here?.resumeToken && !invited) this.enter(here);
    else if (kept?.resumeToken && !kept.putOut && (!invited || kept.pin === invited)) this.#set({ offered: kept });
  }

  /** @returns {Kept | null} */
  kept() {
    return recall("sessionStorage", KEY) ?? recall("localStorage", KEY);
  }

  /** @param {Kept} kept */
  enter(kept) {
    this.#pin = kept.pin ?? "";
    this.#connect({ resumeToken: kept.resumeToken }, kept.pending);
  }

  /** Enter a running game of one's courses. @param {string} liveQuizId @param {string} nickname */
  enterRunning(liveQuizId, nickname) {
    this.#pin = "";
    this.#connect({ liveQuizId, nickname: nickname || undefined });
  }

  /** @param {string} pin @param {string} nickname */
  join(pin, nickname) {
    if (!pin) return this.refuse("NO_PIN");
    if (!nickname && !session.get().user) return this.refuse("NO_NAME");
    this.#pin = pin;
    const kept = this.kept();
    const same = kept !== null && (kept.putOut || kept.nickname === nickname); // who was put out comes back as the same player
    const resumeToken = same ? kept.resumeToken : undefined;
    return this.#connect({ pin, nickname: nickname || undefined, resumeToken, joinId: joinIdFor(pin, nickname) });
  }

  /** Nothing went wrong any more. */
  clear() {
    this.#set({ problem: null });
  }

  /** @param {string} code @param {string} [message] */
  refuse(code, message = "") {
    this.#set({ problem: { code, message } });
  }

  /** Leave the game for good, for another one. */
  leave() {
    forget();
    this.close();
    this.seat.set(NOWHERE);
  }

  close() {
    this.#connection?.close();
    this.#connection = null;
  }

  /** The server's clock. */
  now = () => this.#connection?.now() ?? Date.now();

  /** A new access token, so that the server goes on knowing who is connected. @param {string} token */
  renew(token) {
    if (this.#connection?.ready) this.#connection.call("auth.renew", { token }).catch(() => {});
  }

  /** @param {Answer} answer */
  give(answer) {
    const { game, pending } = this.seat.get();
    if (!game?.question || pending || game.answerId || game.phase !== "open" || game.time?.paused) return;
    this.#set({ pending: { index: game.question.index, answerId: randomId(), answer }, notice: null });
    this.#save();
    this.#send();
  }

  // --- the connection ---

  /** @param {Wanted} wanted @param {Pending | null} [pending] */
  #connect(wanted, pending = null) {
    this.#wanted = wanted;
    this.#set({ stage: "entering", link: "lost", game: null, pending, problem: null, notice: null, offered: null });
    this.#connection?.close();
    this.#connection = new Connection({
      token: fresh,
      entered: (link, back) => this.#entered(link, back),
      state: (...state) => this.#changed(...state),
    });
    const follower = (this.#follower = new Follower((event, data) => this.#published(event, data)));
    for (const event of [...EVENTS, "live.put_out"]) this.#connection.on(event, (data, place) => follower.receive(event, data, place));
  }

  /** @param {Connection} link @param {Promise<import("./connection.js").Reply | null> | null} back */
  async #entered(link, back) {
    await this.#follower.enter(async () => (await back) ?? this.#join(link), (reply) => link === this.#connection && this.#take(reply));
  }

  /** A kept token of another game is no hindrance to joining by PIN. @param {Connection} link */
  async #join(link) {
    try {
      return await link.call("live.join", this.#wanted);
    } catch (error) {
      const stale = error instanceof Refusal && error.code === "AUTHENTICATION_ERROR" && this.#wanted.pin && this.#wanted.resumeToken;
      if (!stale) throw error;
      this.#wanted = { ...this.#wanted, resumeToken: undefined };
      return link.call("live.join", this.#wanted);
    }
  }

  /** @param {import("./connection.js").Reply} reply */
  #take({ view, resumeToken, serverTime }) {
    this.#connection?.hint(serverTime);
    this.#wanted = { resumeToken };
    remember("sessionStorage", JOIN_KEY, null);
    const game = fromView(view, this.seat.get().game);
    const { pending } = this.seat.get();
    const open = pending !== null && pending.answerId !== game.answerId && pending.index === game.question?.index && game.phase === "open";
    this.#set({ stage: "game", game, pending: open ? pending : null });
    this.#save();
    if (open) setTimeout(() => this.#send()); // when `ready` is set
  }

  /** @param {"connected" | "lost" | "refused"} state @param {Refusal} [refusal] @param {"handshake"} [during] */
  async #changed(state, refusal, during) {
    if (state !== "refused") return this.#set({ link: state });
    const connection = this.#connection;
    if (during && refusal?.code === "AUTHENTICATION_ERROR" && (await renew()) === "renewed") {
      connection?.socket.connect();
      return undefined;
    }
    this.#put(refusal?.code ?? "INTERNAL_ERROR", refusal?.message);
    // A place that was forbidden is kept, so that this browser does not come back as somebody new.
    if (refusal?.code === "AUTHENTICATION_ERROR" || refusal?.code === "NOT_FOUND") forget();
    return undefined;
  }

  /** Back to the door. @param {string} code @param {string} [message] */
  #put(code, message = "") {
    this.close();
    this.seat.set({ ...NOWHERE, problem: { code, message } });
  }

  // --- what happens in the game ---

  /** @param {string} event @param {any} data */
  #published(event, data) {
    const { game } = this.seat.get();
    if (!game || data.liveQuizId !== game.liveQuizId) return;
    if (event === "live.put_out") return void setTimeout(() => this.#putOut(data.banned));
    const next = after(game, event, data);
    if (next === game) return;
    if (event === "live.question") this.#set({ game: next, pending: null, notice: null });
    else if (event === "live.time" && !data.paused) this.#set({ game: next, notice: null });
    else this.#set({ game: next });
    if (event === "live.question") this.#save();
    this.#say(event, data, game);
    // Who came while it was open gets the question with its answer.
    if (event === "live.reveal" && !next.question && this.#connection) this.#entered(this.#connection, null).catch(() => {});
  }

  /** @param {boolean} banned */
  #putOut(banned) {
    this.#set({ pending: null });
    this.#save(true);
    this.#put(banned ? "BANNED" : "PUT_OUT");
    if (!banned) this.#set({ offered: this.kept() });
  }

  /** Send until acknowledged; the same answerId each time, so that it counts once. */
  async #send() {
    if (this.#sending) return;
    this.#sending = true;
    try {
      await this.#sendUntilAcknowledged();
    } finally {
      this.#sending = false;
    }
  }

  async #sendUntilAcknowledged() {
    for (let wait = 250; ; wait = Math.min(wait * 2, 4000)) {
      const { game, pending } = this.seat.get();
      if (!pending || !game || !this.#connection) return;
      try {
        await this.#connection.call("live.answer", { liveQuizId: game.liveQuizId, ...pending });
        this.#accepted(pending);
      } catch (error) {
        if (!mayPass(error) && !(error instanceof Refusal)) throw error;
        if (!this.#connection?.ready) return; // entering again will send it
        if (mayPass(error)) await new Promise((done) => setTimeout(done, wait + Math.random() * wait));
        else this.#notAccepted(pending, /** @type {Refusal} */ (error));
      }
    }
  }

  /** @param {Pending} given */
  #accepted(given) {
    const { game, pending } = this.seat.get();
    if (pending !== given || !game) return;
    const isOpen = game.question?.index === given.index;
    this.#set({ pending: null, game: isOpen ? { ...game, answer: given.answer, answerId: given.answerId } : game });
    this.#save();
    this.#say("answer.saved", null, game);
  }

  /** @param {Pending} given @param {Refusal} refusal */
  #notAccepted(given, refusal) {
    if (this.seat.get().pending !== given) return;
    this.#set({ pending: null, notice: { code: refusal.code, message: refusal.message } });
    this.#save();
    const asksAnew = refusal.code === "NOT_A_PLAYER" || refusal.code === "ALREADY_ANSWERED";
    if (asksAnew && this.#connection) this.#entered(this.#connection, null).catch(() => {});
  }

  /** @param {string} event @param {any} data @param {import("./player-state.js").Game} before */
  #say(event, data, before) {
    const text = spoken(event, data, before);
    if (text) announce(text);
  }

  /** @param {Partial<Seat>} part */
  #set(part) {
    this.seat.set((before) => ({ ...before, ...part }));
  }

  #save(putOut = false) {
    const { game, pending } = this.seat.get();
    if (!game || !this.#wanted.resumeToken) return;
    const value = { liveQuizId: game.liveQuizId, resumeToken: this.#wanted.resumeToken, nickname: game.nickname, pin: this.#pin, pending, putOut };
    remember("sessionStorage", KEY, value);
    remember("localStorage", KEY, value);
  }
}

function forget() {
  remember("sessionStorage", KEY, null);
  remember("localStorage", KEY, null);
}

/**
 * The same for another try, also after a reload, until the join is acknowledged: else the first would be a second player.
 * @param {string} pin
 * @param {string} nickname
 */
function joinIdFor(pin, nickname) {
  const last = recall("sessionStorage", JOIN_KEY);
  if (last?.pin === pin && last.nickname === nickname) return last.joinId;
  const joinId = randomId();
  remember("sessionStorage", JOIN_KEY, { pin, nickname, joinId });
  return joinId;
}
