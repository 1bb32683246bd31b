// One attempt in the list: how far it is, how long it has, and what can be done about it.

import { html } from "../../app/html.js";
import { formatDate, t } from "../../app/locale.js";
import { go } from "../../app/router.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { ask } from "../../kit/dialog.js";
import { Menu } from "../../kit/menu.js";
import { Icon } from "../../kit/icon.js";
import { Progress } from "../../kit/progress.js";
import { clockText } from "../attempt/time-left.js";
import { carryOut } from "./carry-out.js";
import { END_ATTEMPT, EXTEND_ATTEMPT, REOPEN_ATTEMPT } from "./documents.js";

const SECOND_MS = 1_000;

/** @param {{ attempt: import("./watching.js").Progress, now: number, minutes: number, write: () => void, time: () => void }} properties */
export function AttemptRow({ attempt, now, minutes, write, time }) {
  const { submissionId: id, number, answered, total, devices, deadlineAt, endedAt } = attempt;
  const name = attempt.studentName || t("watch.somebody");
  const left = deadlineAt ? Math.max(0, Math.ceil((deadlineAt - now) / SECOND_MS)) : null;
  const given = () => ({ id, minutes, commandId: randomId() });
  const extend = () => carryOut(() => request(EXTEND_ATTEMPT, given(), { repeatable: true }), t("watch.extended"));
  const reopen = () => carryOut(() => request(REOPEN_ATTEMPT, given(), { repeatable: true }), t("watch.reopened"));
  const end = () => ask({ title: t("watch.end"), text: t("watch.end_text", { name }), action: t("watch.end"), danger: true, deed: () => request(END_ATTEMPT, { id }, { repeatable: true }) });
  const log = { label: t("watch.log"), onSelect: () => go(`/attempts/${id}/log`) };
  const running = [
    { label: t("watch.extend", { count: minutes }), onSelect: extend },
    { label: t("watch.time"), onSelect: time },
    { label: t("watch.write"), onSelect: write },
    log,
    { label: t("watch.end"), onSelect: end },
  ];
  const over = [{ label: t("watch.reopen", { count: minutes }), onSelect: reopen }, log];
  return html`
    <li data-attempt=${id}>
      <div class="grow watched-name"><b dir="auto">${name}</b><p class="muted">${t("quizzes.attempt", { number })}</p></div>
      <div class="watched-progress"><${Progress} label=${t("watch.progress", { name })} labelHidden value=${total > 0 ? answered / total : 0} text=${t("kit.shown_of", { shown: answered, total })} /></div>
      ${endedAt
        ? html`<span class="muted">${formatDate(endedAt, { timeStyle: "short" })}</span><a class="button small" href=${`/attempts/${id}`} aria-label=${`${t("quizzes.to_result")}: ${name}`}>${t("quizzes.to_result")}</a>`
        : html`<span class=${`chip ${devices > 0 ? "good" : "warn"}`}>${t(devices > 0 ? "live.is_here" : "live.is_away")}</span>${left === null ? html`<span class="muted">${t("watch.no_limit")}</span>` : html`<b class="tabular" dir="ltr">${clockText(left)}</b>`}`}
      <${Menu} label=${t("watch.deeds", { name })} button=${html`<${Icon} name="more" />`} classes="icon" items=${endedAt ? over : running} />
    </li>
  `;
}
