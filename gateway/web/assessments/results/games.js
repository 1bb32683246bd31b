// The games that one hosted or whose course one helps to teach: what goes on, and what is over.

import { html } from "../../app/html.js";
import { formatDate, formatPercent, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { setQuery } from "../../app/router.js";
import { SelectField } from "../../kit/form.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { Empty, Loaded } from "../../kit/states.js";
import { COURSES_WITH_GAMES, COURSE_GAMES, MY_GAMES } from "./documents.js";

/** @typedef {import("./documents.js").MyGamesQuery["myGames"]["nodes"][number]} Game */
/** @typedef {import("../../kit/pager.js").Pages<any, Game>} Games */

const NONE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 };

/** @param {{ query: URLSearchParams }} properties */
export default function GamesPage({ query }) {
  const course = query.get("course");
  return html`
    <div class="medium stack">
      <div class="row">
        <h1 class="grow">${t("nav.games")}</h1>
        <a class="button primary" href="/host">${t("results.host_game")}</a>
      </div>
      <${CourseChoice} course=${course} />
      ${course ? html`<${OfCourse} key=${course} course=${course} />` : html`<${Mine} />`}
    </div>
  `;
}

/** @param {{ course: string | null }} properties */
function CourseChoice({ course }) {
  const { data } = useQuery(COURSES_WITH_GAMES, { courseId: course ?? "", oneCourse: course !== null });
  const mine = data?.myCourses.nodes ?? [];
  const other = data?.course && !mine.some(({ id }) => id === course) ? [data.course] : []; // an admin's
  const options = [...mine, ...other].map(({ id, title }) => [id, title]);
  return html`<${SelectField} label=${t("results.of_course")} value=${course ?? ""} options=${[["", t("results.all_games")], ...options]} onChange=${(/** @type {string} */ id) => setQuery({ course: id || null }, {})} />`;
}

function Mine() {
  const running = usePages(MY_GAMES, { running: true }, ({ myGames }) => myGames);
  const over = usePages(MY_GAMES, { running: false }, ({ myGames }) => myGames);
  return html`<${Lists} running=${running} over=${over} />`;
}

/** @param {{ course: string }} properties */
function OfCourse({ course: courseId }) {
  const running = usePages(COURSE_GAMES, { courseId, running: true }, ({ course }) => course?.games ?? NONE);
  const over = usePages(COURSE_GAMES, { courseId, running: false }, ({ course }) => course?.games ?? NONE);
  return html`<${Lists} running=${running} over=${over} />`;
}

/** @param {{ running: Games, over: Games }} properties */
function Lists({ running, over }) {
  return html`
    <${Loaded} query=${running} lines=${2}>
      ${() =>
        running.nodes.length > 0 &&
        html`
          <section class="card stack" aria-labelledby="running">
            <h2 id="running">${t("results.running")}</h2>
            <ul class="lines">${running.nodes.map((game) => html`<${Running} key=${game.id} game=${game} />`)}</ul>
            ${running.more && html`<${LoadMore} pages=${running} />`}
          </section>
        `}
    <//>
    <section class="card stack" aria-labelledby="over">
      <h2 id="over">${t("results.over")}</h2>
      <${Loaded} query=${over} lines=${6}>
        ${() =>
          over.nodes.length === 0
            ? html`<${Empty} title=${t("results.no_games")} text=${t("results.no_games_text")} />`
            : html`<ul class="lines">${over.nodes.map((game) => html`<${Over} key=${game.id} game=${game} />`)}</ul><${LoadMore} pages=${over} />`}
      <//>
    </section>
  `;
}

/** @param {{ game: Game }} properties */
function Running({ game }) {
  const { id, title, state, pin, questionIndex, questionCount, course, playerCount } = game;
  const stage = state === "LOBBY" ? t("enums.live_phase.LOBBY") : t("results.at_question", { number: questionIndex + 1, total: questionCount });
  return html`
    <li>
      <div class="grow">
        <b dir="auto">${title}</b>
        <p class="muted">${course && html`<bdi>${course.title}</bdi> · `}${stage} · ${t("results.players", { count: playerCount })}</p>
      </div>
      ${pin && html`<span class="chip tabular">${t("results.pin", { pin })}</span>`}
      ${state !== "LOBBY" && html`<a class="button small" href=${`/games/${id}`} aria-label=${t("results.results_of", { title })}>${t("results.so_far")}</a>`}
      ${pin && html`<a class="button small primary" href=${`/host?game=${id}`} aria-label=${t("results.resume_game", { title })}>${t("results.resume")}</a>`}
    </li>
  `;
}

/** @param {{ game: Game }} properties */
function Over({ game: { id, title, course, finishedAt, createdAt, playerCount, averageResult } }) {
  return html`
    <li>
      <div class="grow">
        <a href=${`/games/${id}`}><b dir="auto">${title}</b></a>
        <p class="muted">${course && html`<bdi>${course.title}</bdi> · `}${formatDate(finishedAt ?? createdAt)} · ${t("results.players", { count: playerCount })}</p>
      </div>
      ${averageResult !== null && html`<b class="tabular">${t("results.right_share", { share: formatPercent(averageResult) })}</b>`}
    </li>
  `;
}
