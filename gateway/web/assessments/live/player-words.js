// What a player is told in words: why there is no seat, why an answer was not taken, what has happened.

import { formatNumber, hasWord, t } from "../../app/locale.js";
import { isNews, outcome } from "./player-state.js";

/**
 * @typedef {import("../../app/locale.js").Word} Word
 * @typedef {import("./player-session.js").Problem} Problem
 */

/** @type {Record<string, Word>} */
const AT_THE_DOOR = {
  NO_PIN: "live.no_pin",
  NO_NAME: "live.no_name",
  NOT_FOUND: "live.no_such_game",
  AUTHENTICATION_ERROR: "live.place_gone",
  GAME_LOCKED: "live.game_locked",
  GAME_FULL: "live.game_full",
  GAME_FINISHED: "live.game_over",
  BANNED: "live.banned",
  PUT_OUT: "live.put_out",
  NICKNAME_TAKEN: "live.name_taken",
  GUESTS_NOT_ALLOWED: "live.members_sign_in",
  AUTHORIZATION_ERROR: "live.members_only",
};

/** @type {Record<string, Word>} */
const ANSWERING = {
  QUESTION_CLOSED: "live.too_late",
  QUESTION_NOT_OPEN: "live.not_open",
  ALREADY_ANSWERED: "live.already_answered",
  PAUSED: "live.paused_answer",
};

/** @param {Problem | null} problem */
export function doorText(problem) {
  return problem ? text(problem, AT_THE_DOOR) : "";
}

/** @param {Problem} problem */
export function answerText(problem) {
  return text(problem, ANSWERING);
}

/**
 * @param {Problem} problem
 * @param {Record<string, Word>} known
 */
function text({ code, message }, known) {
  if (code in known) return t(known[code]);
  const word = `errors.${code}`;
  return hasWord(word) ? t(/** @type {Word} */ (word)) : message;
}

/** @param {import("./wire.js").Result} result */
export function outcomeText(result) {
  /** @type {Record<ReturnType<typeof outcome>, Word>} */
  const words = { right: "live.right", partly: "live.partly", wrong: "live.wrong", none: "live.no_answer", ungraded: "live.received" };
  return t(words[outcome(result)]);
}

/**
 * What a screen reader is told of a publication; null if nothing.
 * @param {string} event
 * @param {any} data
 * @param {import("./player-state.js").Game} before
 */
export function spoken(event, data, before) {
  switch (event) {
    case "live.announced":
      return data.paused ? t("live.paused") : t("live.question_soon", { number: data.index + 1 });
    case "live.question":
      return t("live.question_said", { number: data.index + 1, text: data.text });
    case "live.time":
      return data.paused && !before.time?.paused ? t("live.paused") : null;
    case "live.closed":
      return t("live.time_up");
    case "live.result":
      return isNews(before.result, data) ? outcomeText(data) : null;
    case "answer.saved":
      return t("live.answer_saved");
    default:
      return null;
  }
}

/** @param {number} rank */
export function placeText(rank) {
  return t("live.place", { place: formatNumber(rank) });
}
