// What a player who has signed in can do with a game that is over.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { session } from "../../app/session.js";
import { useStore } from "../../app/store.js";

/** @param {{ liveQuizId: string }} properties */
export function AfterGame({ liveQuizId }) {
  const isUser = useStore(session, ({ user }) => user !== null);
  if (!isUser) return null;
  return html`
    <a class="button primary full" href=${`/games/${liveQuizId}/practice`}>${t("live.practise")}</a>
    <a class="button full" href=${`/my-results/${liveQuizId}`}>${t("live.my_answers")}</a>
  `;
}
