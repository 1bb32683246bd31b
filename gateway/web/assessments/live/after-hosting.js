// What a host does with a game that is over: its results as a page and as files, and what waits to be read.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { GAME_WAITING } from "./documents.js";
import { Downloads } from "./downloads.js";

/** @param {{ liveQuizId: string }} properties */
export function AfterHosting({ liveQuizId }) {
  const { data } = useQuery(GAME_WAITING, { id: liveQuizId });
  const waiting = data?.liveQuiz?.unscored ?? 0;
  return html`
    <a class="button primary big" href=${`/games/${liveQuizId}`}>${t("live.to_results")}</a>
    ${waiting > 0 && html`<p class="chip warn" role="status">${t("live.essays_wait", { count: waiting })}</p>`}
    <${Downloads} liveQuizId=${liveQuizId} />
  `;
}
