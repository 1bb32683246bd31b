// Where teachers start: what runs, what waits for them, their courses, and how the last games went.

import { useEffect } from "preact/hooks";
import { html } from "../app/html.js";
import { formatDate, formatPercent, t } from "../app/locale.js";
import { useQuery } from "../app/query.js";
import { request, session } from "../app/session.js";
import { useStore } from "../app/store.js";
import { loadStyles } from "../app/styles.js";
import { Chip } from "../kit/chip.js";
import { Cover } from "../kit/cover.js";
import { ask } from "../kit/dialog.js";
import { FormError, useSubmit } from "../kit/form.js";
import { LoadMore, usePages } from "../kit/pager.js";
import { Empty, Failed, Loaded } from "../kit/states.js";
import { toast } from "../kit/toast.js";
import { ACCEPT_COURSE, DECLINE_COURSE, TEACHER_HOME, WAITING } from "./documents.js";
import { MissingList } from "./missing.js";
import { STATUS_KINDS, studentsText } from "./wording.js";

/**
 * @typedef {import("./documents.js").TeacherHomeQuery["myCourses"]["nodes"][number]} Course
 * @typedef {import("./documents.js").WaitingQuery["myCourseOffers"][number]} Offer
 * @typedef {import("./documents.js").WaitingQuery["toScore"]["nodes"][number]} Unread
 * @typedef {import("./documents.js").WaitingQuery["myGames"]["nodes"][number]} Game
 */

export default function TeacherHome() {
  const courses = usePages(TEACHER_HOME, {}, ({ myCourses }) => myCourses);
  const waiting = useQuery(WAITING, {});
  useEffect(() => void loadStyles("courses/courses.css"), []);
  const reload = () => Promise.all([courses.reload(), waiting.reload()]);
  return html`
    <div class="medium stack">
      <div class="row">
        <h1 class="grow">${t("nav.home")}</h1>
        <a class="button primary" href="/courses/new">${t("courses.new")}</a>
      </div>
      <${Loaded} query=${courses}>
        ${() => html`
          <${Running} courses=${courses.nodes} />
          <${Waiting} courses=${courses.nodes} offers=${waiting.data?.myCourseOffers ?? []} unread=${waiting.data?.toScore.nodes ?? []} reload=${reload} />
          ${courses.nodes.length === 0
            ? html`<div class="card"><${Empty} title=${t("courses.none_yet")} text=${t("courses.none_yet_text")}><p><a class="button" href="/courses/new">${t("courses.new")}</a></p><//></div>`
            : html`<${Courses} courses=${courses.nodes} />`}
          ${courses.more && html`<${LoadMore} pages=${courses} />`}
        `}
      <//>
      ${waiting.failure && waiting.data === null && html`<${Failed} failure=${waiting.failure} retry=${waiting.reload} />`}
      <${LastGames} games=${waiting.data?.myGames.nodes ?? []} />
    </div>
  `;
}

/** @param {{ courses: readonly Course[] }} properties */
function Running({ courses }) {
  const games = courses.flatMap(({ title, liveQuizzes }) => liveQuizzes.map((game) => ({ ...game, course: title })));
  if (games.length === 0) return null;
  return html`
    <section class="card stack" aria-labelledby="running">
      <h2 id="running">${t("courses.running")}</h2>
      <ul class="lines">
        ${games.map(
          (game) => html`
            <li key=${game.id}>
              <div class="grow">
                <b dir="auto">${game.title}</b>
                <p class="muted"><span dir="auto">${game.course}</span> · ${t(`enums.live_phase.${game.state}`)} · ${t("courses.players", { count: game.playerCount })}</p>
              </div>
              ${game.pin && html`<span class="chip tabular">${t("courses.pin", { pin: game.pin })}</span>`}
              <a class="button small primary" href=${`/host?game=${game.id}`} aria-label=${t("courses.host_game", { title: game.title })}>${t("courses.go_on_hosting")}</a>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}

/** @param {{ courses: readonly Course[], offers: readonly Offer[], unread: readonly Unread[], reload: () => Promise<unknown> }} properties */
function Waiting({ courses, offers, unread, reload }) {
  const drafts = courses.filter(({ status }) => status === "DRAFT");
  if (offers.length + unread.length + drafts.length === 0) return null;
  return html`
    <section class="card stack" aria-labelledby="waiting">
      <h2 id="waiting">${t("courses.waiting")}</h2>
      <ul class="lines">
        ${offers.map((offer) => html`<${OfferLine} key=${offer.course.id} offer=${offer} reload=${reload} />`)}
        ${unread.map(
          ({ id, title, course, finishedAt, unscored, questions }) => html`
            <li key=${id}>
              <div class="grow">
                <a href=${`/games/${id}?question=${1 + (questions.find((each) => each.unscored > 0)?.index ?? 0)}`}><b dir="auto">${title}</b></a>
                <p class="muted"><span dir="auto">${course?.title}</span>${finishedAt && ` · ${formatDate(finishedAt)}`}</p>
              </div>
              <span class="chip warn">${t("courses.essays_wait", { count: unscored ?? 0 })}</span>
            </li>
          `,
        )}
        ${drafts.map(
          (course) => html`
            <li key=${course.id}>
              <div class="grow">
                <a href=${`/courses/${course.id}/edit/publish`}><b dir="auto">${course.title}</b></a>
                ${course.missing.length === 0 ? html`<p class="muted">${t("courses.ready_to_publish")}</p>` : html`<${MissingList} courseId=${course.id} missing=${course.missing} />`}
              </div>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}

/** @param {{ offer: Offer, reload: () => Promise<unknown> }} properties */
function OfferLine({ offer, reload }) {
  const { course, offeredBy, expiresAt } = offer;
  const accept = useSubmit(async () => {
    await request(ACCEPT_COURSE, { courseId: course.id });
    toast(t("courses.offer_accepted"));
    await reload();
  });
  const decline = async () => {
    const deed = () => request(DECLINE_COURSE, { courseId: course.id });
    if (await ask({ title: t("courses.decline_offer"), text: t("courses.decline_offer_text"), action: t("courses.decline"), deed })) await reload();
  };
  return html`
    <li>
      <div class="grow">
        <p dir="auto">${t("courses.offered_to_you", { title: course.title, name: offeredBy.profile.fullName })}</p>
        <p class="muted">${t("courses.until", { date: formatDate(expiresAt) })}</p>
        <${FormError} failure=${accept.failure} />
      </div>
      <button type="button" class="small primary" aria-label=${t("courses.accept_title", { title: course.title })} onClick=${accept.submit}>${t("courses.accept")}</button>
      <button type="button" class="small" aria-label=${t("courses.decline_title", { title: course.title })} onClick=${decline}>${t("courses.decline")}</button>
    </li>
  `;
}

/** @param {{ courses: readonly Course[] }} properties */
function Courses({ courses }) {
  const user = useStore(session, ({ user: person }) => person?.id);
  return html`
    <section class="stack" aria-labelledby="my-courses">
      <h2 id="my-courses">${t("courses.mine")}</h2>
      <ul class="stack">
        ${courses.map(
          (course) => html`
            <li key=${course.id} class="card stack">
              <div class="row">
                <${Cover} small title=${course.title} url=${course.thumbnailUrl} alt=${course.thumbnailAlt} />
                <h3 class="grow card-title"><a dir="auto" href=${`/courses/${course.id}/edit`}>${course.title}</a></h3>
                <${Chip} kind=${STATUS_KINDS[course.status]}>${t(`enums.course_status.${course.status}`)}<//>
                ${course.instructor.id !== user && html`<${Chip}>${t("courses.helping")}<//>`}
              </div>
              <p class="row muted"><span class="grow">${studentsText(course)}</span><a href=${`/courses/${course.id}/edit/students`}>${t("courses.tab_students")}</a> <a href=${`/courses/${course.id}`}>${t("courses.look")}</a></p>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}

/** @param {{ games: readonly Game[] }} properties */
function LastGames({ games }) {
  if (games.length === 0) return null;
  return html`
    <section class="card stack" aria-labelledby="last-games">
      <h2 id="last-games">${t("courses.last_games")}</h2>
      <ul class="lines">
        ${games.map(
          (game) => html`
            <li key=${game.id}>
              <div class="grow">
                <a href=${`/games/${game.id}`}><b dir="auto">${game.title}</b></a>
                <p class="muted"><span dir="auto">${game.course?.title}</span> · ${game.finishedAt && formatDate(game.finishedAt)} · ${t("courses.players", { count: game.playerCount })}</p>
              </div>
              ${game.averageResult !== null && html`<b class="tabular">${t("courses.right_answers", { share: formatPercent(game.averageResult) })}</b>`}
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
