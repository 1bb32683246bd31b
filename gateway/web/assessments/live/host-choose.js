// Which game to host: one that runs, one that is over, or a new one.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatDate, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { go } from "../../app/router.js";
import { request, session } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { randomId, recall, remember } from "../../app/storage.js";
import { CheckField, FormError, TextField, useSubmit } from "../../kit/form.js";
import { Loaded } from "../../kit/states.js";
import { HOST_GAMES, START_LIVE_QUIZ } from "./documents.js";
import { FirstQuiz } from "./first-quiz.js";

const SETTINGS_KEY = "stoa.host.settings";
const MIN_SECONDS = 5;
const MAX_SECONDS = 600;
const STEP_AFTER_MS = 5_000;
const COUNTDOWN_MS = 3_000;

/**
 * @typedef {import("./documents.js").HostGamesQuery} HostGames
 * @typedef {HostGames["running"]["nodes"][number]} Game
 */

const USUAL = { seconds: "20", speedWeighted: true, streaks: false, shuffleQuestions: false, shuffleOptions: false, allowGuests: true, byItself: false, board: true, autoReveal: false, countdown: false };
/** @typedef {typeof USUAL} Settings */

export function HostChoose() {
  const query = useQuery(HOST_GAMES, {});
  return html`
    <div class="medium stack">
      <${Loaded} query=${query}>${(/** @type {HostGames} */ data) => html`<${Games} data=${data} />`}<//>
    </div>
  `;
}

/** @param {{ data: HostGames }} properties */
function Games({ data }) {
  const quizzes = data.myCourses.nodes.flatMap((course) => course.modules.flatMap((module) => module.lessons.flatMap((lesson) => lesson.quizzes)).map((quiz) => ({ course, quiz })));
  return html`
    ${data.running.nodes.length > 0 &&
    html`
      <section class="card stack">
        <h2>${t("live.running_games")}</h2>
        <ul class="quizzes">${data.running.nodes.map((game) => html`<${RunningGame} key=${game.id} game=${game} />`)}</ul>
      </section>
    `}
    <${NewGame} quizzes=${quizzes} courses=${data.myCourses.nodes} />
    ${data.over.nodes.length > 0 &&
    html`
      <section class="card stack">
        <h2>${t("live.games_over")}</h2>
        <ul class="quizzes">${data.over.nodes.map((game) => html`<${GameOver} key=${game.id} game=${game} />`)}</ul>
      </section>
    `}
  `;
}

/** @param {{ game: Game }} properties */
function RunningGame({ game }) {
  const own = useStore(session, ({ user }) => user?.id);
  const stage = game.state === "LOBBY" ? t("live.in_lobby") : t("live.question_of", { number: game.questionIndex + 1, total: game.questionCount });
  return html`
    <li>
      <div class="grow">
        <h3 dir="auto">${game.title}</h3>
        <p class="muted tabular">
          <span dir="auto">${game.course?.title}</span> · ${stage}${game.pin && ` · PIN ${game.pin}`}
          ${game.host.id !== own && html` · ${t("live.hosted_by", { name: game.host.profile.fullName })}`}
        </p>
      </div>
      <a class="button" data-running=${game.id} href=${`/host?game=${game.id}`}>${t("live.take_up")}</a>
    </li>
  `;
}

/** @param {{ game: HostGames["over"]["nodes"][number] }} properties */
function GameOver({ game }) {
  return html`
    <li>
      <div class="grow">
        <h3 dir="auto">${game.title}</h3>
        <p class="muted"><span dir="auto">${game.course?.title}</span>${game.finishedAt && ` · ${formatDate(game.finishedAt)}`} · ${t("live.players_count", { count: game.playerCount })}</p>
      </div>
      <a class="button" data-over=${game.id} href=${`/host?game=${game.id}`}>${t("live.show_result")}</a>
    </li>
  `;
}

/** @param {{ quizzes: { course: { title: string }, quiz: { id: string, title: string, questions: { id: string }[] } }[], courses: HostGames["myCourses"]["nodes"] }} properties */
function NewGame({ quizzes, courses }) {
  const [settings, setSettings] = useState(/** @type {Settings} */ ({ ...USUAL, ...recall("localStorage", SETTINGS_KEY) }));
  const change = (/** @type {Partial<Settings>} */ part) => {
    const next = { ...settings, ...part };
    setSettings(next);
    remember("localStorage", SETTINGS_KEY, next);
  };
  return html`
    <section class="card stack">
      <h1>${t("live.start_quiz")}</h1>
      ${quizzes.length === 0 && html`<${FirstQuiz} courses=${courses} />`}
      <ul class="quizzes">${quizzes.map(({ course, quiz }) => html`<${Quiz} key=${quiz.id} course=${course} quiz=${quiz} settings=${settings} />`)}</ul>
      <details>
        <summary>${t("live.settings")}</summary>
        <${SettingFields} settings=${settings} change=${change} />
      </details>
    </section>
  `;
}

/** @param {{ course: { title: string }, quiz: { id: string, title: string, questions: { id: string }[] }, settings: Settings }} properties */
function Quiz({ course, quiz, settings }) {
  const [idempotencyKey] = useState(randomId);
  const empty = quiz.questions.length === 0;
  const { submit, busy, failure } = useSubmit(async () => {
    const { startLiveQuiz } = await request(START_LIVE_QUIZ, { quizId: quiz.id, config: configOf(settings), idempotencyKey }, { repeatable: true });
    go(`/host?game=${startLiveQuiz.id}`);
  });
  return html`
    <li>
      <div class="grow">
        <h3 dir="auto">${quiz.title}</h3>
        <p class="muted"><span dir="auto">${course.title}</span> · ${t("live.questions", { count: quiz.questions.length })}</p>
        ${failure && html`<${FormError} failure=${failure} />`}
      </div>
      <button class="primary" type="button" data-quiz=${quiz.id} aria-disabled=${busy || empty ? "true" : undefined} onClick=${() => !empty && submit()}>${t("live.open_lobby")}</button>
    </li>
  `;
}

/** @param {{ settings: Settings, change: (part: Partial<Settings>) => void }} properties */
function SettingFields({ settings, change }) {
  return html`
    <div class="stack">
      <${CheckField} label=${t("live.set_speed")} checked=${settings.speedWeighted} onChange=${(/** @type {boolean} */ speedWeighted) => change({ speedWeighted })} />
      <${CheckField} label=${t("live.set_streaks")} checked=${settings.streaks} onChange=${(/** @type {boolean} */ streaks) => change({ streaks })} />
      <${CheckField} label=${t("live.set_shuffle_questions")} checked=${settings.shuffleQuestions} onChange=${(/** @type {boolean} */ shuffleQuestions) => change({ shuffleQuestions })} />
      <${CheckField} label=${t("live.set_shuffle_options")} checked=${settings.shuffleOptions} onChange=${(/** @type {boolean} */ shuffleOptions) => change({ shuffleOptions })} />
      <${CheckField} label=${t("live.set_guests")} checked=${settings.allowGuests} onChange=${(/** @type {boolean} */ allowGuests) => change({ allowGuests })} />
      <${CheckField} label=${t("live.set_board")} checked=${settings.board} onChange=${(/** @type {boolean} */ board) => change({ board })} />
      <${CheckField} label=${t("live.set_reveal")} checked=${settings.autoReveal} onChange=${(/** @type {boolean} */ autoReveal) => change({ autoReveal })} />
      <${CheckField} label=${t("live.set_countdown", { count: COUNTDOWN_MS / 1000 })} checked=${settings.countdown} onChange=${(/** @type {boolean} */ countdown) => change({ countdown })} />
      <${CheckField} label=${t("live.set_by_itself", { count: STEP_AFTER_MS / 1000 })} checked=${settings.byItself} onChange=${(/** @type {boolean} */ byItself) => change({ byItself })} />
      <${TextField} label=${t("live.set_seconds")} type="number" min=${MIN_SECONDS} max=${MAX_SECONDS} value=${settings.seconds} onChange=${(/** @type {string} */ seconds) => change({ seconds })} hint=${t("rules.out_of_range", { min: MIN_SECONDS, max: MAX_SECONDS })} />
    </div>
  `;
}

/** @param {Settings} settings */
function configOf({ seconds, byItself, board, countdown, ...flags }) {
  const bounded = Math.min(MAX_SECONDS, Math.max(MIN_SECONDS, Number(seconds) || Number(USUAL.seconds)));
  return { ...flags, questionMs: bounded * 1000, autoAdvanceMs: byItself ? STEP_AFTER_MS : null, boardEvery: board ? 1 : 0, countdownMs: countdown ? COUNTDOWN_MS : 0 };
}
