// The settings of a live game, as a teacher chooses them, and as the server takes them.

import { randomId, recall, remember } from "../../app/storage.js";

/**
 * @typedef {object} Config
 * @property {number | null} seconds
 * @property {number | null} points
 * @property {boolean} speedWeighted
 * @property {boolean} streaks
 * @property {boolean} shuffleQuestions
 * @property {boolean} shuffleOptions
 * @property {boolean} allowGuests
 * @property {boolean} closeWhenAllAnswered
 * @property {boolean} goesOn By itself, so long after each step.
 * @property {number | null} pauseSeconds
 * @property {"WAIT" | "CONTINUE"} hostAway
 * @property {number | null} boardSize
 * @property {"EACH" | "SOME" | "END"} board When the leaderboard is shown.
 * @property {number | null} boardEvery After so many questions, where it is SOME.
 * @property {boolean} autoReveal
 * @property {boolean} countdown
 */

/** @type {Config} */
export const USUAL = {
  seconds: 20,
  points: 1000,
  speedWeighted: true,
  streaks: false,
  shuffleQuestions: false,
  shuffleOptions: false,
  allowGuests: true,
  closeWhenAllAnswered: true,
  goesOn: false,
  pauseSeconds: 5,
  hostAway: "CONTINUE",
  boardSize: 10,
  board: "EACH",
  boardEvery: 3,
  autoReveal: false,
  countdown: false,
};

const COUNTDOWN_MS = 3_000;
const PENDING = "stoa.start";

/** @param {Config} config */
export function inputOf(config) {
  const { seconds, boardSize, pauseSeconds, goesOn, points, board, boardEvery, countdown, ...more } = config;
  const every = { EACH: 1, SOME: boardEvery ?? USUAL.boardEvery, END: 0 };
  return {
    ...more,
    questionMs: Math.round((seconds ?? Number(USUAL.seconds)) * 1000),
    points: points ?? USUAL.points,
    leaderboardSize: boardSize ?? USUAL.boardSize,
    boardEvery: every[board],
    countdownMs: countdown ? COUNTDOWN_MS : 0,
    autoAdvanceMs: goesOn ? Math.round((pauseSeconds ?? Number(USUAL.pauseSeconds)) * 1000) : null,
  };
}

/**
 * The key under which a game is started: the same until it has, also after a reload.
 * @param {string} quizId
 * @param {unknown} input
 * @returns {string}
 */
export function startKey(quizId, input) {
  const what = JSON.stringify([quizId, input]);
  const pending = recall("sessionStorage", PENDING);
  if (pending?.what === what) return pending.idempotencyKey;
  const idempotencyKey = randomId();
  remember("sessionStorage", PENDING, { what, idempotencyKey });
  return idempotencyKey;
}

export function started() {
  remember("sessionStorage", PENDING, null);
}
