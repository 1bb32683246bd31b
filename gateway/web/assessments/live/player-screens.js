// What a player sees in each phase of a game: functions of the seat alone.

import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { formatNumber, t } from "../../app/locale.js";
import { useCleaner } from "../../text/cleaning.js";
import { AnswerForm } from "./answer-form.js";
import { Announced } from "./announced.js";
import { Asked, AskedToAnswer, Explanation } from "./asked.js";
import { Behind, Board, Moved, OwnPlace } from "./board.js";
import { Countdown } from "./countdown.js";
import { Unsent, useAtEndOf } from "./filled-in.js";
import { LATER } from "./later-fields.js";
import { Revealed } from "./revealed.js";
import { answerText, outcomeText, placeText } from "./player-words.js";
import { outcome } from "./player-state.js";

const NAMES = 40;

const AFTER_GAME = () => import("./after-game.js").then(({ AfterGame }) => AfterGame);

/**
 * @typedef {import("./player-session.js").PlayerSession} PlayerSession
 * @typedef {import("./player-session.js").Seat} Seat
 * @typedef {import("./player-state.js").Game} Game
 * @typedef {{ seat: Seat, game: Game, player: PlayerSession }} Properties
 */

/** @param {Properties} properties */
export function PlayerScreen(properties) {
  useCleaner(true); // in the lobby, so that it is there when a question is
  const { game } = properties;
  const Screen = game.question || game.phase === "lobby" || game.announced || game.leaderboard ? SCREENS[game.phase] : Waiting;
  return html`<${Screen} ...${properties} />`;
}

/** @param {Properties} properties */
function Lobby({ game }) {
  const shown = game.names.slice(0, NAMES);
  return html`
    <div class="card hero">
      <div class="sign good" aria-hidden="true">✓</div>
      <h1>${t("live.you_are_in")}</h1>
      <p class="muted" dir="auto">${game.title}</p>
      <span class="lobby-wait" aria-hidden="true"><i></i><i></i><i></i></span>
      <p>${t("live.begins_soon")}</p>
      <p class="muted">${t("live.players_here", { count: game.players })}</p>
      <div class="names">
        ${shown.map((name) => html`<span key=${name} class=${`chip ellipsis ${name === game.nickname ? "brandy" : ""}`} dir="auto">${name}</span>`)}
        ${game.players > shown.length && shown.length > 0 && html`<span class="chip more">${t("live.and_more", { count: game.players - shown.length })}</span>`}
      </div>
    </div>
  `;
}

/** @param {Properties} properties */
function Soon({ seat, game, player }) {
  return html`<div class="card"><${Announced} announced=${game.announced} now=${player.now} held=${seat.link !== "connected"} /></div>`;
}

/** Who came while a question was open gets the next one. @param {Properties} properties */
function Waiting({ game }) {
  return html`
    <div class="card hero">
      <div class="sign good" aria-hidden="true">✓</div>
      <h1>${t("live.you_are_in")}</h1>
      <p class="muted" dir="auto">${game.title}</p>
      <span class="lobby-wait" aria-hidden="true"><i></i><i></i><i></i></span>
      <p>${t("live.next_is_yours")}</p>
    </div>
  `;
}

/** @param {Properties} properties */
function Open({ seat, game, player }) {
  const question = /** @type {import("./wire.js").Question} */ (game.question);
  const time = /** @type {import("./wire.js").Time} */ (game.time);
  const { pending } = seat;
  const locked = pending !== null || game.answerId !== null;
  const give = player.give.bind(player);
  const atEnd = useAtEndOf(time, player.now, give);
  return html`
    <div class="stack">
      <div class="row">
        <span class="chip">${t("live.question_of", { number: question.index + 1, total: question.total })}</span>
        <span class="chip">${t("live.worth", { count: question.points })}</span>
        <${Later} load=${LATER.aloud} question=${question} order=${game.order} />
      </div>
      <${Countdown} time=${time} now=${player.now} held=${seat.link !== "connected"} />
      ${time.paused && html`<p class="paused" role="status"><span aria-hidden="true">❙❙</span> ${t("live.paused")}</p>`}
      <div class=${`card stack ${time.paused ? "is-paused" : ""}`}>
        <${AskedToAnswer} question=${question} />
        <${AnswerForm} question=${question} order=${game.order} given=${pending ? pending.answer : game.answer} locked=${locked} waiting=${time.paused === true} send=${give} atEnd=${atEnd} />
        <${SavedLine} seat=${seat} game=${game} />
      </div>
    </div>
  `;
}

/** @param {{ seat: Seat, game: Game }} properties */
function SavedLine({ seat, game }) {
  if (seat.notice) return html`<p class="saved no" role="alert">${answerText(seat.notice)}</p>`;
  if (game.answerId) return html`<p class="saved yes">✓ ${t("live.answer_saved")}</p>`;
  if (seat.pending) return html`<p class="saved muted">${t("live.sending")}</p>`;
  return html`<p class="saved"></p>`;
}

/** @param {Properties} properties */
function Closed({ seat, game }) {
  const given = game.answerId !== null;
  return html`
    <div class="card stack">
      <${Asked} question=${game.question} />
      <div class="hero">
        <div class=${`sign ${given ? "good" : ""}`} aria-hidden="true">${given ? "✓" : "–"}</div>
        <h2>${game.skipped ? t("live.skipped") : given ? t("live.answer_is_in") : t("live.time_up")}</h2>
        ${!given && html`<${SavedLine} seat=${seat} game=${game} />`}
        <p class="muted">${t("live.answer_comes")}</p>
      </div>
      ${!given && !seat.pending && html`<${Unsent} question=${game.question} />`}
    </div>
  `;
}

/** @param {Properties} properties */
function Reveal({ game }) {
  const question = /** @type {import("./wire.js").Question} */ (game.question);
  const reveal = /** @type {import("./wire.js").Reveal} */ (game.reveal);
  return html`
    <div class="stack">
      ${game.result && html`<${OwnResult} result=${game.result} />`}
      <div class="card stack question-again">
        <${Asked} question=${question} level=${game.result ? 2 : 1} />
        <${Revealed} question=${question} order=${game.order} reveal=${reveal} given=${game.answer} />
        ${game.answerId === null && html`<${Unsent} question=${question} />`}
        <${Explanation} reveal=${reveal} />
      </div>
    </div>
  `;
}

const SIGNS = { right: ["good", "✓"], partly: ["", "½"], wrong: ["bad", "✗"], none: ["", "–"], ungraded: ["", "–"] };

/** @param {{ result: import("./wire.js").Result }} properties */
function OwnResult({ result }) {
  const [kind, sign] = SIGNS[outcome(result)];
  return html`
    <div class="card hero">
      <div class=${`sign ${kind}`} aria-hidden="true">${sign}</div>
      <h1>${outcomeText(result)}</h1>
      <p class="points tabular" dir="ltr">+${formatNumber(result.points)}</p>
      <div class="facts grow">
        <div class="fact"><b class="tabular">${formatNumber(result.score)}</b><span>${t("live.points")}</span></div>
        <div class="fact"><b class="tabular">${formatNumber(result.rank)}</b><span>${t("live.place_word")}</span>${typeof result.moved === "number" && html`<${Moved} places=${result.moved} />`}</div>
        <div class="fact"><b class="tabular">${formatNumber(result.streak)}</b><span>${t("live.in_a_row_word")}</span></div>
      </div>
      <${Behind} own=${result} />
    </div>
  `;
}

/** @param {Properties} properties */
function OnBoard({ game, player }) {
  const over = game.phase === "finished";
  return html`
    <div class="card stack">
      ${over
        ? html`
            <div class="hero">
              <div class=${`sign ${game.rank <= 3 ? "good" : ""}`} aria-hidden="true">★</div>
              <h1>${t("live.finished_place", { place: formatNumber(game.rank) })}</h1>
              <p class="points tabular">${t("live.worth", { count: game.score })}</p>
            </div>
          `
        : html`<h1>${placeText(game.rank)}</h1>`}
      <${Board} standings=${game.leaderboard?.top ?? []} me=${game.playerId} movement=${!over} />
      <${OwnPlace} standings=${game.leaderboard?.top ?? []} own=${game} />
      ${over && html`<${Later} load=${AFTER_GAME} liveQuizId=${game.liveQuizId} />`}
      ${over && html`<button type="button" class="full" onClick=${() => player.leave()}>${t("live.play_another")}</button>`}
    </div>
  `;
}

/** @type {Record<import("./wire.js").Phase, (properties: Properties) => any>} */
const SCREENS = { lobby: Lobby, announced: Soon, open: Open, closed: Closed, reveal: Reveal, leaderboard: OnBoard, finished: OnBoard };
