// Practice: the questions of a finished game once more, one at a time, until they are right. No score changes.

import { useEffect } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { Empty, Loaded } from "../../kit/states.js";
import { TabLinks } from "../../kit/tabs.js";
import { PRACTICE } from "./documents.js";
import { chosenOf, playedIn } from "./questions.js";
import { Rounds } from "./rounds.js";

/** @typedef {import("./questions.js").Game} Game */

/** @param {{ params: { id: string }, query: URLSearchParams }} properties */
export default function PracticePage({ params: { id }, query }) {
  const practice = useQuery(PRACTICE, { id }, { offline: true });
  return html`
    <div class="medium stack practice">
      ${practice.data === null && html`<h1 class="sr-only">${t("practice.title")}</h1>`}
      <${Loaded} query=${practice} lines=${8}>
        ${(/** @type {import("./documents.js").PracticeQuery} */ { liveQuiz }) =>
          liveQuiz ? html`<${Shown} game=${liveQuiz} query=${query} />` : html`<${Nothing} title=${t("results.no_such_game")} text=${t("results.no_such_game_text")} />`}
      <//>
    </div>
  `;
}

/** @param {{ title: string, text: string, children?: any }} properties */
function Nothing({ title, text, children }) {
  return html`
    <h1 class="sr-only">${t("practice.title")}</h1>
    <div class="card"><${Empty} title=${title} text=${text}>${children ?? html`<p><a class="button" href="/home">${t("frame.home")}</a></p>`}<//></div>
  `;
}

/** @param {{ game: Game, query: URLSearchParams }} properties */
function Shown({ game, query }) {
  const { id, title, state, mayPractise, myResult } = game;
  useEffect(() => {
    document.title = `${t("practice.title")}: ${title} · Stoa`;
  }, [title]);
  if (state !== "FINISHED") return html`<${Nothing} title=${title} text=${t("results.not_over")} />`;
  if (!mayPractise && !myResult) return html`<${Nothing} title=${t("frame.forbidden")} text=${t("practice.not_played")} />`;
  const toResult = myResult && html`<p><a class="button" href=${`/my-results/${id}`}>${t("results.my_result")}</a></p>`;
  if (!mayPractise) return html`<${Nothing} title=${t("practice.off")} text=${t("practice.off_text")}>${toResult}<//>`;
  const played = playedIn(game);
  const left = (myResult?.details ?? game.questions).length - played.length;
  if (played.length === 0) return html`<${Nothing} title=${t("practice.none")} text=${t("practice.none_text")}>${toResult}<//>`;
  const choice = query.get("which") === "all" || !myResult ? "all" : "wrong";
  return html`
    <${Heading} game=${game} />
    ${myResult ? html`<${Choices} id=${id} played=${played} choice=${choice} />` : html`<p class="hint" role="status">${t("practice.preview")}</p>`}
    ${left > 0 && html`<p class="muted">${t("practice.left_out", { count: left })}</p>`}
    <${Rounds} key=${`${id}/${choice}`} game=${game} choice=${choice} questions=${chosenOf(played, choice)} />
  `;
}

/** @param {{ game: Game }} properties */
function Heading({ game: { id, title, course, myResult } }) {
  return html`
    <p class="row practice-heading">
      <a class="button small" href=${myResult ? `/my-results/${id}` : `/games/${id}`}>${t(myResult ? "results.my_result" : "results.title")}</a>
      <span class="grow"><b dir="auto">${title}</b>${course && html`<span class="muted"> · <bdi>${course.title}</bdi></span>`}</span>
    </p>
  `;
}

/** @param {{ id: string, played: import("./questions.js").Played[], choice: import("./questions.js").Choice }} properties */
function Choices({ id, played, choice }) {
  const address = `/games/${id}/practice`;
  const tabs = [
    { label: t("practice.wrong"), count: chosenOf(played, "wrong").length, href: address, current: choice === "wrong" },
    { label: t("practice.all"), count: played.length, href: `${address}?which=all`, current: choice === "all" },
  ];
  return html`<${TabLinks} label=${t("practice.which")} tabs=${tabs} />`;
}
