// One game's results: a summary, and by tabs its questions, its pupils, and how earlier games went.

import { useEffect } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { session } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { rightsOf } from "../../courses/rights.js";
import { TabLinks } from "../../kit/tabs.js";
import { Empty, Loaded } from "../../kit/states.js";
import { Compared } from "./compare.js";
import { GAME } from "./documents.js";
import { Printed } from "./print.js";
import { Pupil } from "./pupil.js";
import { Pupils } from "./pupils.js";
import { Questions } from "./questions.js";
import { Summary } from "./summary.js";

/** @typedef {NonNullable<import("./documents.js").GameQuery["liveQuiz"]>} Game */

const TABS = /** @type {const} */ (["questions", "pupils", "compare"]);

/** @param {{ params: { id: string }, query: URLSearchParams }} properties */
export default function GamePage({ params: { id }, query }) {
  const game = useQuery(GAME, { id });
  return html`
    <div class="wide stack game-results">
      <${Loaded} query=${game} lines=${8}>
        ${(/** @type {import("./documents.js").GameQuery} */ { liveQuiz }) =>
          liveQuiz ? html`<${Shown} game=${liveQuiz} query=${query} reload=${game.reload} />` : html`<${NoGame} />`}
      <//>
    </div>
  `;
}

function NoGame() {
  return html`<h1 class="sr-only">${t("results.title")}</h1><div class="card"><${Empty} title=${t("results.no_such_game")} text=${t("results.no_such_game_text")}><p><a class="button" href="/games">${t("nav.games")}</a></p><//></div>`;
}

/** @param {{ game: Game, query: URLSearchParams, reload: () => Promise<void> }} properties */
function Shown({ game, query, reload }) {
  const user = useStore(session, ({ user: person }) => person);
  const rights = game.course && rightsOf(game.course, user);
  useEffect(() => {
    document.title = `${game.title} · Stoa`;
  }, [game.title]);
  if (!rights?.seesEverything) return html`<${ForTeachers} game=${game} />`;
  if (query.get("view") === "print") return html`<${Printed} game=${game} />`;
  const isOver = game.state === "FINISHED";
  const tab = TABS.find((each) => each === query.get("tab") && (isOver || each !== "pupils")) ?? TABS[0];
  const pupil = query.get("pupil");
  const tabs = [
    { name: "questions", label: t("results.tab_questions"), count: game.questions.length },
    isOver && { name: "pupils", label: t("results.tab_pupils"), count: game.playerCount },
    { name: "compare", label: t("results.tab_compare") },
  ].flatMap((each) => (each ? [{ ...each, href: `/games/${game.id}${each.name === "questions" ? "" : `?tab=${each.name}`}`, current: each.name === tab }] : []));
  const shared = { game, query, reload, mayDecide: isOver && rights.mayEdit };
  return html`
    <${Summary} game=${game} isOver=${isOver} />
    <${TabLinks} label=${t("results.parts")} tabs=${tabs} />
    ${tab === "questions" && html`<${Questions} ...${shared} />`}
    ${tab === "pupils" && (pupil ? html`<${Pupil} key=${pupil} game=${game.id} player=${pupil} back=${backOf(query)} />` : html`<${Pupils} game=${game} query=${query} />`)}
    ${tab === "compare" && html`<${Compared} game=${game} />`}
  `;
}

/** The list a pupil was chosen from. @param {URLSearchParams} query */
function backOf(query) {
  const rest = new URLSearchParams(query);
  rest.delete("pupil");
  return `?${rest}`;
}

/** What others see of it: its players their own answers. @param {{ game: Game }} properties */
function ForTeachers({ game: { id, title, myResult } }) {
  return html`
    <h1 class="sr-only">${t("results.title")}</h1>
    <div class="card"><${Empty} title=${t("frame.forbidden")} text=${t("results.for_teachers", { title })}>
      ${myResult && html`<p><a class="button primary" href=${`/my-results/${id}`}>${t("results.my_result")}</a></p>`}
    <//></div>
  `;
}
