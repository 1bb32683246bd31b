// What a game was, how it went in one glance, and what to do with its results.

import { html } from "../../app/html.js";
import { formatDate, formatNumber, formatPercent, t } from "../../app/locale.js";
import { Downloads } from "../live/downloads.js";

/** @typedef {import("./game.js").Game} Game */

/** @param {{ game: Game, isOver: boolean }} properties */
export function Summary({ game, isOver }) {
  const waiting = game.questions.reduce((sum, { unscored }) => sum + unscored, 0);
  const first = game.questions.find(({ unscored }) => unscored > 0);
  return html`
    <${Heading} game=${game} />
    ${!isOver && html`<p class="hint row" role="status"><span class="grow">${t("results.still_running")}</span>${game.pin && html`<a class="button small primary" href=${`/host?game=${game.id}`}>${t("results.resume")}</a>`}</p>`}
    ${isOver && waiting > 0 && first && html`<p class="hint row"><span class="grow">${t("results.essays_wait", { count: waiting })}</span><a class="button small" href=${`/games/${game.id}?question=${first.index + 1}`}>${t("results.read_essays")}</a></p>`}
    <${Facts} game=${game} />
    ${isOver && html`<p class="row no-print"><${Downloads} liveQuizId=${game.id} /><a class="button" href=${`/games/${game.id}?view=print`}>${t("results.print_view")}</a>${game.mayPractise && html`<a class="button" href=${`/games/${game.id}/practice`}>${t("results.practice")}</a>`}</p>`}
  `;
}

/** @param {{ game: Game }} properties */
export function Heading({ game: { title, course, host, finishedAt, startedAt } }) {
  const moment = finishedAt ?? startedAt;
  return html`
    <header class="game-heading">
      <h1 dir="auto">${title}</h1>
      <p class="muted">${course && html`<a href=${`/courses/${course.id}`} dir="auto">${course.title}</a> · `}${moment && html`${formatDate(moment)} · `}${t("results.hosted_by", { name: host.profile.fullName })}</p>
    </header>
  `;
}

/** @param {{ game: Game }} properties */
export function Facts({ game: { averageResult, playerCount, questions, questionCount } }) {
  return html`
    <dl class="result-facts">
      <div class="result-fact"><dt>${t("results.average")}</dt><dd><b>${averageResult === null ? "–" : formatPercent(averageResult)}</b></dd></div>
      <div class="result-fact"><dt>${t("results.tab_pupils")}</dt><dd><b>${formatNumber(playerCount)}</b></dd></div>
      <div class="result-fact"><dt>${t("results.questions_played")}</dt><dd><b>${t("kit.shown_of", { shown: questions.length, total: questionCount })}</b></dd></div>
    </dl>
  `;
}
