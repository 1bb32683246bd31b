// What a host is told in words.

import { hasWord, t } from "../../app/locale.js";

const NAMES = 5;

/**
 * @typedef {import("../../app/locale.js").Word} Word
 * @typedef {import("./host-state.js").Desk} Desk
 */

/** @type {Record<string, Word>} */
const REFUSALS = {
  NOT_FOUND: "live.game_gone",
  NOT_ACTING_HOST: "live.host_is_here",
  PAUSED: "live.resume_first",
  GAME_FINISHED: "live.game_over",
  AUTHORIZATION_ERROR: "live.not_your_game",
};

/** @param {{ code: string, message: string }} problem */
export function problemText({ code, message }) {
  if (code in REFUSALS) return t(REFUSALS[code]);
  const word = `errors.${code}`;
  return hasWord(word) ? t(/** @type {Word} */ (word)) : message;
}

/** Whom the question waits for: a few names, and how many more. @param {Desk["awaited"] | null} awaited */
export function awaitedText(awaited) {
  const names = (awaited?.names ?? []).slice(0, NAMES);
  if (!awaited || names.length === 0) return "";
  const more = awaited.count - names.length;
  const list = names.join(", ");
  return more > 0 ? t("live.waiting_for_more", { names: list, count: more }) : t("live.waiting_for", { names: list });
}

/** What a teacher who does not steer should know of who does. @param {Desk} desk @param {boolean} taking */
export function hostLine(desk, taking) {
  if (taking) return t("live.asking_host");
  return desk.hostConnected ? t("live.another_hosts") : t("live.host_left");
}

/**
 * What a screen reader is told of a publication; null if nothing.
 * @param {string} event
 * @param {any} data
 * @param {Desk} before
 */
export function spoken(event, data, before) {
  switch (event) {
    case "live.announced":
      return data.paused ? t("live.paused") : t("live.question_soon", { number: data.index + 1 });
    case "live.question":
      return t("live.question_open", { number: data.index + 1 });
    case "live.closed":
      return t("live.question_closed");
    case "live.awaited": {
      const [was, is] = [awaitedText(before.awaited), awaitedText(data)];
      return was === is ? null : is || t("live.everybody_back");
    }
    default:
      return null;
  }
}
