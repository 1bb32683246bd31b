// What a host's screen knows of a game: made of the view, then of each publication. Pure.

import { timeOf } from "./player-state.js";

/**
 * @typedef {import("./wire.js").HostView} HostView
 * @typedef {object} More
 * @property {number} count Of players who were not put out.
 * @property {number} connected How many of them are here.
 * @property {string[]} names Of at most a hundred, newest first.
 * @property {import("./wire.js").Time | null} time
 *
 * @typedef {Omit<Required<HostView>, "question"> & { question: import("./wire.js").Question | null } & More} Desk
 */

/**
 * @param {HostView} view
 * @returns {Desk}
 */
export function fromView(view) {
  const players = view.players ?? [];
  const question = view.question ?? null;
  return {
    ...view,
    hostConnected: view.hostConnected ?? true,
    players,
    config: view.config ?? {},
    order: view.order ?? [],
    announced: view.announced ?? null,
    count: players.length,
    connected: players.filter((player) => player.connected).length,
    names: players.map((player) => player.nickname).reverse(),
    question,
    time: question && timeOf(question),
    histogram: view.histogram ?? null,
    awaited: view.awaited ?? null,
    reveal: view.reveal ?? null,
    leaderboard: view.leaderboard ?? null,
    typed: view.typed ?? [],
  };
}

/**
 * The desk after a publication; the same object if it says nothing new.
 * @param {Desk} desk
 * @param {string} event
 * @param {any} data
 * @returns {Desk}
 */
export function after(desk, event, data) {
  if (data.liveQuizId !== desk.liveQuizId || !(event in APPLY)) return desk;
  if (data.step !== undefined && data.step < desk.step) return desk;
  const next = APPLY[event](desk, data);
  return data.step === undefined || data.step === next.step ? next : { ...next, step: data.step };
}

/** Of a question that has not begun. */
const NOTHING = { announced: null, question: null, time: null, histogram: null, awaited: null, reveal: null, leaderboard: null, typed: [] };

/** @type {Record<string, (desk: Desk, data: any) => Desk>} */
const APPLY = {
  "live.announced": (desk, data) => ({ ...desk, ...NOTHING, phase: "announced", announced: data, paused: data.paused === true }),
  "live.question": (desk, data) => ({
    ...desk,
    ...NOTHING,
    phase: "open",
    question: data,
    time: timeOf(data),
    paused: data.paused === true,
  }),
  "live.time": (desk, data) => (data.index === desk.question?.index ? { ...desk, time: timeOf(data), paused: data.paused === true } : desk),
  "live.closed": (desk) => ({ ...desk, phase: "closed", awaited: null }),
  "live.reveal": (desk, data) => ({ ...desk, phase: "reveal", reveal: data }),
  "live.leaderboard": (desk, data) => ({ ...desk, phase: "leaderboard", leaderboard: data }),
  "live.finished": (desk, data) => ({ ...desk, phase: "finished", leaderboard: data }),
  "live.lobby": (desk, data) => ({ ...desk, count: data.players, connected: data.connected, locked: data.locked, names: data.names ?? [] }),
  "live.histogram": (desk, data) => (data.index === desk.question?.index ? { ...desk, histogram: data } : desk),
  "live.awaited": (desk, data) => (data.index === desk.question?.index ? { ...desk, awaited: data } : desk),
  "live.host": (desk, data) => ({ ...desk, hostId: data.hostId, hostConnected: data.connected }),
};

export const EVENTS = Object.keys(APPLY);

/**
 * After the common deadline the time of whoever has longest, since the question is open until then.
 * @param {Desk} desk
 * @param {number} now
 * @returns {import("./wire.js").Time | null}
 */
export function shownTime({ time, awaited }, now) {
  if (!time || time.paused || !awaited || awaited.closesAt <= time.closesAt || now <= time.closesAt) return time;
  return { ...time, closesAt: awaited.closesAt };
}

/** The question that is played or was played last; -1 before the first. @param {Desk} desk */
export function indexOf(desk) {
  if (desk.announced) return desk.announced.index - 1;
  return desk.question?.index ?? desk.leaderboard?.index ?? -1;
}

/** Whether another question follows. @param {Desk} desk */
export function hasNext(desk) {
  return indexOf(desk) + 1 < desk.questionCount;
}

/** Whether the leaderboard follows this reveal, as the game is configured. @param {Desk} desk */
export function boardIsNext(desk) {
  const every = desk.config.board_every ?? 1;
  return every > 0 && (indexOf(desk) + 1) % every === 0;
}
