// The teacher's phone while another window shows the game to the room: what is right, what comes next.

import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { RichText } from "../../text/rich-text.js";
import { GAME_QUESTIONS } from "./documents.js";
import { Countdown } from "./countdown.js";
import { awaitedText } from "./host-words.js";
import { hasNext, indexOf, shownTime } from "./host-state.js";
import { Announced } from "./announced.js";
import { RightSoFar } from "./host-screens.js";
import { Typed } from "./typed.js";

const WHOLE = 100_000; // of the points

/**
 * @typedef {NonNullable<import("./documents.js").GameQuestionsQuery["liveQuiz"]>} Played
 * @typedef {Played["playedQuestions"][number]} Question
 * @typedef {import("./host-state.js").Desk} Desk
 */

/** @typedef {import("./host-screens.js").Properties["onAccept"]} OnAccept */

/** @param {{ desk: Desk, now: () => number, held: boolean, onAccept: OnAccept }} properties */
export function Remote({ desk, now, held, onAccept }) {
  const { data } = useQuery(GAME_QUESTIONS, { id: desk.liveQuizId });
  const played = data?.liveQuiz ?? null;
  const index = indexOf(desk);
  return html`
    <section class="remote stack" data-phase=${desk.phase}>
      <${Now} desk=${desk} now=${now} held=${held} notes=${questionAt(played, desk.order, index)} onAccept=${onAccept} />
      ${desk.phase !== "finished" && hasNext(desk) && html`<${Next} next=${questionAt(played, desk.order, index + 1)} />`}
    </section>
  `;
}

/**
 * @param {Played | null} played
 * @param {number[]} order For each question as it is played, its place in the quiz.
 * @param {number} index
 * @returns {Question | null}
 */
function questionAt(played, order, index) {
  return played?.playedQuestions[order[index] ?? index] ?? null;
}

/** @param {{ desk: Desk, now: () => number, held: boolean, notes: Question | null, onAccept: OnAccept }} properties */
function Now({ desk, now, held, notes, onAccept }) {
  const { question } = desk;
  const time = shownTime(desk, now());
  const missing = desk.phase === "open" ? awaitedText(desk.awaited) : "";
  return html`
    <div class="card stack">
      <div class="row">
        ${question ? html`<span class="chip">${t("live.question_of", { number: question.index + 1, total: question.total })}</span>` : html`<span class="chip">PIN ${desk.pin}</span>`}
        ${question && html`<span class="chip brandy tabular answered">${t("live.answered_of", { answered: desk.histogram?.answered ?? desk.reveal?.answered ?? 0, connected: desk.histogram?.connected ?? desk.connected })}</span>`}
        <${RightSoFar} histogram=${desk.histogram} />
      </div>
      ${desk.announced && html`<${Announced} announced=${desk.announced} now=${now} held=${held} quiet=${true} />`}
      ${desk.phase === "open" && time && html`<${Countdown} time=${time} now=${now} held=${held} />`}
      ${desk.paused && html`<p class="paused" role="status">${t("live.paused")}</p>`}
      ${missing && html`<p class="hint awaited">${missing}</p>`}
      ${question
        ? html`<div class="question-text" role="heading" aria-level="1" tabindex="-1" dir="auto"><${RichText} html=${question.textHtml} text=${question.text} level=${2} /></div>`
        : !desk.announced && html`<h1>${desk.phase === "lobby" ? t("live.players_here", { count: desk.count }) : t("live.leaderboard")}</h1>`}
      ${desk.phase === "lobby" && html`<p class="names">${desk.names.slice(0, 12).map((name) => html`<span key=${name} class="chip ellipsis" dir="auto">${name}</span>`)}</p>`}
      ${desk.typed.length > 0 && html`<${Typed} answers=${desk.typed} onAccept=${onAccept} />`}
      ${notes && question && html`<${Notes} question=${notes} level=${2} counts=${desk.reveal?.counts ?? desk.histogram?.counts} />`}
    </div>
  `;
}

/** @param {{ next: Question | null }} properties */
function Next({ next }) {
  return html`
    <div class="card stack next">
      <h2>${t("live.comes_next")}</h2>
      ${next ? html`<div class="question-text" dir="auto"><${RichText} html=${next.questionHtml} text=${next.questionText} level=${3} /></div><${Notes} question=${next} level=${3} />` : html`<p class="muted">${t("kit.loading")}</p>`}
    </div>
  `;
}

/**
 * What is right, why, and what the teacher wanted to remember; while it runs, how many chose what.
 * @param {{ question: Question, level: number, counts?: Record<string, number> }} properties
 */
function Notes({ question, level, counts }) {
  const right = rightTexts(question);
  return html`
    ${right.length > 0 && html`<p><span class="muted">${t("live.right_answer")}</span> <b dir="auto">${right.join(" · ")}</b></p>`}
    ${counts && Object.keys(counts).length > 0 && html`<p class="muted tabular">${Object.values(counts).map((count) => formatNumber(count)).join(" · ")}</p>`}
    ${question.notes && html`<div class="own-notes"><div class="notes-name" role="heading" aria-level=${level}>${t("live.notes")}</div><p dir="auto">${question.notes}</p></div>`}
    ${question.explanation && html`<div class="explanation"><${RichText} html=${question.explanationHtml} text=${question.explanation} /></div>`}
  `;
}

/** @param {{ number: number | null, tolerance: number, percent: boolean, low: number, high: number }} accepted */
function numberText({ number, tolerance, percent, low, high }) {
  if (number === null) return `${formatNumber(low)} – ${formatNumber(high)}`;
  return tolerance === 0 ? formatNumber(number) : `${formatNumber(number)} ± ${formatNumber(tolerance)}${percent ? " %" : ""}`;
}

/** @param {Question} question @returns {string[]} */
function rightTexts({ type, options, correctAnswer }) {
  const key = /** @type {Record<string, any>} */ (correctAnswer ?? {});
  switch (type) {
    case "MULTIPLE_CHOICE":
      return (key.correct ?? []).map((/** @type {number} */ place) => options?.[place] ?? "");
    case "TRUE_FALSE":
      return [key.value ? t("live.true") : t("live.false")];
    case "SHORT_ANSWER":
      return key.accepted ?? [];
    case "FILL_BLANK":
      return (key.blanks ?? []).map((/** @type {string[]} */ [first]) => first ?? "…");
    case "NUMERIC":
      return (key.answers ?? []).filter((/** @type {any} */ { weight }) => weight === WHOLE).map(numberText);
    case "ORDERING":
      return key.items ?? [];
    case "HOTSPOT":
      return (key.places ?? []).map((/** @type {{ name: string }} */ { name }) => name).filter(Boolean);
    case "MATCHING":
      return (key.pairs ?? []).map((/** @type {string[]} */ [prompt, match]) => `${prompt} → ${match}`);
    default:
      return [];
  }
}
