// The settings of a live game in a teacher's words.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { NumberField, RadioGroup, SwitchField, fieldError } from "../../kit/form.js";

/** @typedef {import("./config.js").Config} Config */

const SWITCHES = /** @type {const} */ ([
  ["speedWeighted", "quiz.speed_weighted", "quiz.speed_weighted_hint"],
  ["streaks", "quiz.streaks", "quiz.streaks_hint"],
  ["allowGuests", "quiz.allow_guests", "quiz.allow_guests_hint"],
  ["shuffleQuestions", "quiz.shuffle_questions", "quiz.shuffle_questions_hint"],
  ["shuffleOptions", "quiz.shuffle_options", "quiz.shuffle_options_hint"],
  ["closeWhenAllAnswered", "quiz.close_when_all", "quiz.close_when_all_hint"],
  ["autoReveal", "quiz.auto_reveal", "quiz.auto_reveal_hint"],
  ["countdown", "quiz.countdown", "quiz.countdown_hint"],
]);

/**
 * @param {object} properties
 * @param {Config} properties.config
 * @param {(part: Partial<Config>) => void} properties.change
 * @param {import("../../app/graphql.js").Failure | null} properties.failure
 */
export function ConfigForm({ config, change, failure }) {
  const away = [
    { value: "CONTINUE", label: t("quiz.away_continue") },
    { value: "WAIT", label: t("quiz.away_wait") },
  ];
  const boards = [
    { value: "EACH", label: t("quiz.board_each") },
    { value: "SOME", label: t("quiz.board_some") },
    { value: "END", label: t("quiz.board_end") },
  ];
  return html`
    <${NumberField} label=${t("quiz.game_seconds")} hint=${t("quiz.game_seconds_hint")} min=${1} max=${3600} value=${config.seconds} error=${fieldError(failure, "questionMs")} onChange=${(/** @type {number | null} */ seconds) => change({ seconds })} />
    <div class="switches">
      ${SWITCHES.map(([name, label, hint]) => html`<${SwitchField} key=${name} label=${t(label)} hint=${t(hint)} checked=${config[name]} onChange=${(/** @type {boolean} */ on) => change({ [name]: on })} />`)}
      <${SwitchField} label=${t("quiz.goes_on")} hint=${t("quiz.goes_on_hint")} checked=${config.goesOn} onChange=${(/** @type {boolean} */ goesOn) => change({ goesOn })} />
    </div>
    ${config.goesOn && html`<${RadioGroup} label=${t("quiz.host_away")} value=${config.hostAway} options=${away} onChange=${(/** @type {any} */ hostAway) => change({ hostAway })} /><${NumberField} label=${t("quiz.pause_seconds")} min=${0.5} max=${600} step="any" value=${config.pauseSeconds} error=${fieldError(failure, "autoAdvanceMs")} onChange=${(/** @type {number | null} */ pauseSeconds) => change({ pauseSeconds })} />`}
    <${RadioGroup} label=${t("quiz.board_when")} value=${config.board} options=${boards} onChange=${(/** @type {any} */ board) => change({ board })} />
    ${config.board === "SOME" && html`<${NumberField} label=${t("quiz.board_every")} min=${1} max=${200} value=${config.boardEvery} error=${fieldError(failure, "boardEvery")} onChange=${(/** @type {number | null} */ boardEvery) => change({ boardEvery })} />`}
    <details>
      <summary>${t("quiz.more_settings")}</summary>
      <div class="stack inset">
        <${NumberField} label=${t("quiz.game_points")} hint=${t("quiz.game_points_hint")} min=${0} max=${5000} value=${config.points} error=${fieldError(failure, "points")} onChange=${(/** @type {number | null} */ points) => change({ points })} />
        <${NumberField} label=${t("quiz.board_size")} min=${1} max=${100} value=${config.boardSize} error=${fieldError(failure, "leaderboardSize")} onChange=${(/** @type {number | null} */ boardSize) => change({ boardSize })} />
      </div>
    </details>
  `;
}
