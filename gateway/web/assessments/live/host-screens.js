// What the host's screen shows of a game, readable from the last row: functions of the desk alone.

import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { formatNumber, t } from "../../app/locale.js";
import { isLoopback } from "../../app/loopback.js";
import { RichText } from "../../text/rich-text.js";
import { Announced } from "./announced.js";
import { Asked, Explanation } from "./asked.js";
import { Board } from "./board.js";
import { Countdown } from "./countdown.js";
import { awaitedText } from "./host-words.js";
import { shownTime } from "./host-state.js";
import { LATER } from "./later-fields.js";
import { ShownOptions, isChoice } from "./options.js";
import { Revealed } from "./revealed.js";

const PODIUM = () => import("./podium.js").then(({ Podium }) => Podium);
const TYPED = () => import("./typed.js").then(({ Typed }) => Typed);

/** What comes at the end, while the network is there: the room sees it even if it is not then. */
export function fetchScreens() {
  for (const load of [PODIUM, TYPED]) load().catch(() => undefined);
}

/** Of players in the lobby. */
export const NAMES = 40;

/**
 * @typedef {import("./host-state.js").Desk} Desk
 * @typedef {object} Properties
 * @property {Desk} desk
 * @property {() => number} now
 * @property {boolean} held Whether there is no connection.
 * @property {boolean} bars Whether what was chosen is shown while the question is open.
 * @property {boolean} quiet Without celebration.
 * @property {string} site Where players reach this site.
 * @property {((answer: import("./wire.js").TypedAnswer) => void) | null} onAccept For who may count what was typed as right.
 */

/** @param {Properties} properties */
export function HostScreen(properties) {
  const Screen = SCREENS[properties.desk.phase];
  return html`<${Screen} ...${properties} />`;
}

/** The PIN for everybody to see. @param {Properties} properties */
function Lobby({ desk, site }) {
  const url = `${site}/?pin=${desk.pin}`;
  const shown = desk.names.slice(0, NAMES);
  return html`
    <div class="lobby">
      <div class="card hero">
        <p class="muted">${t("live.join_at")}</p>
        <p class="address" dir="ltr">${site.replace(/^https?:\/\//, "")}</p>
        <p class="muted">${t("live.with_pin")}</p>
        <p class="pin" dir="ltr" aria-label=${`${t("live.pin")} ${desk.pin}`} role="img">${desk.pin}</p>
        ${isLoopback(site) && html`<p class="hint only-here">${t("frame.only_here")}</p>`}
        <img class="qr" alt=${t("live.qr_of", { address: url })} src=${`/qr.svg?text=${encodeURIComponent(url)}`} />
      </div>
      <div class="card stack">
        <h1>${desk.count === 0 ? t("live.waiting_for_players") : t("live.players_here", { count: desk.count })}</h1>
        <ul class="names" aria-label=${t("live.players")}>
          ${shown.map((name) => html`<li key=${name} class="chip ellipsis" dir="auto">${name}</li>`)}
          ${desk.count > shown.length && html`<li class="chip more">${t("live.and_more", { count: desk.count - shown.length })}</li>`}
        </ul>
        <p class="muted">${t("live.questions", { count: desk.questionCount })}</p>
      </div>
    </div>
  `;
}

/** @param {Properties} properties */
function Soon({ desk, now, held, quiet }) {
  return html`<div class="scene"><${Announced} announced=${desk.announced} now=${now} held=${held} quiet=${quiet} /></div>`;
}

/** @param {Properties} properties */
function Question({ desk, now, held, bars }) {
  const question = /** @type {import("./wire.js").Question} */ (desk.question);
  const time = shownTime(desk, now());
  const missing = desk.phase === "open" ? awaitedText(desk.awaited) : "";
  return html`
    <div class="scene">
      <div class="scene-head">
        <span class="chip">${t("live.question_of", { number: question.index + 1, total: question.total })}</span>
        ${desk.phase === "open" && time ? html`<${Countdown} time=${time} now=${now} held=${held} />` : html`<p class="chip warn">${t("live.closed_no_more")}</p>`}
        <span class="chip brandy tabular answered">${t("live.answered_of", { answered: desk.histogram?.answered ?? 0, connected: desk.histogram?.connected ?? desk.connected })}</span>
        ${bars && html`<${RightSoFar} histogram=${desk.histogram} />`}
        <${Later} load=${LATER.aloud} question=${question} host />
      </div>
      ${desk.paused && html`<p class="paused" role="status"><span aria-hidden="true">❙❙</span> ${t("live.paused")}</p>`}
      ${missing && html`<p class="hint awaited">${missing}</p>`}
      <${Asked} question=${question} />
      ${isChoice(question) ? html`<${ShownOptions} question=${question} counts=${bars ? desk.histogram?.counts ?? {} : null} />` : html`<${Prompts} question=${question} />`}
    </div>
  `;
}

/** Of typed answers, how many are right. @param {{ histogram: import("./wire.js").Histogram | null }} properties */
export function RightSoFar({ histogram }) {
  const { right = null, answered = 0 } = histogram ?? {};
  return right !== null && html`<span class="chip good tabular right-so-far">${t("live.right_of", { right: formatNumber(right), answered: formatNumber(answered) })}</span>`;
}

/** @param {{ question: import("./wire.js").Question }} properties */
function Prompts({ question }) {
  if (question.questionType === "hotspot") return html`<${Later} load=${LATER.picture} question=${question} />`;
  if (question.questionType === "ordering") return html`<ul>${(question.options ?? []).map((option) => html`<li key=${option.id} class="match" dir="auto">${option.text}</li>`)}</ul>`;
  if (question.questionType !== "matching") return html`<p class="muted">${t("live.written_there")}</p>`;
  return html`
    <div class="columns">
      <ul>${(question.prompts ?? []).map((prompt, n) => html`<li key=${n} class="match"><${RichText} html=${question.promptsHtml?.[n]} text=${prompt} inline /></li>`)}</ul>
      <ul>${(question.options ?? []).map((option) => html`<li key=${option.id} class="match" dir="auto">${option.text}</li>`)}</ul>
    </div>
  `;
}

/** @param {Properties} properties */
function Reveal({ desk, onAccept }) {
  const question = /** @type {import("./wire.js").Question} */ (desk.question);
  const reveal = /** @type {import("./wire.js").Reveal} */ (desk.reveal);
  return html`
    <div class="scene">
      <div class="scene-head">
        <span class="chip">${t("live.question_of", { number: question.index + 1, total: question.total })}</span>
        <span class="grow"></span>
        <span class="chip brandy tabular">${t("live.answered", { count: reveal.answered ?? 0 })}</span>
      </div>
      <${Asked} question=${question} />
      <${Revealed} question=${question} reveal=${reveal} />
      ${desk.typed.length > 0 && html`<${Later} load=${TYPED} answers=${desk.typed} onAccept=${onAccept} />`}
      <${Explanation} reveal=${reveal} />
    </div>
  `;
}

/** @param {Properties} properties */
function OnBoard({ desk }) {
  const { top = [], totalPlayers = 0 } = desk.leaderboard ?? {};
  return html`
    <div class="scene board-scene">
      <h1>${t("live.leaderboard")}</h1>
      <${Board} standings=${top} movement=${true} />
      ${totalPlayers > top.length && html`<p class="muted">${t("live.of_players", { shown: formatNumber(top.length), count: totalPlayers })}</p>`}
    </div>
  `;
}

/** @param {Properties} properties */
function Final({ desk, quiet }) {
  return html`<${Later} load=${PODIUM} standings=${desk.leaderboard?.top ?? []} quiet=${quiet} />`;
}

/** @type {Record<import("./wire.js").Phase, (properties: Properties) => any>} */
const SCREENS = { lobby: Lobby, announced: Soon, open: Question, closed: Question, reveal: Reveal, leaderboard: OnBoard, finished: Final };
