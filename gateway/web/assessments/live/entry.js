// The door to a game: its PIN and a name, a running game of one's courses, or the place one had.

import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { session, signIn, signOut } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { FormError, PasswordField, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { RUNNING_GAMES } from "./documents.js";
import { doorText } from "./player-words.js";

const RUNNING_EVERY_MS = 10_000;

/** @typedef {import("./player-session.js").PlayerSession} PlayerSession */

/** @param {{ player: PlayerSession, seat: import("./player-session.js").Seat, invited: string }} properties */
export function Entry({ player, seat, invited }) {
  const { user } = useStore(session);
  const [pin, setPin] = useState(invited);
  const [nickname, setNickname] = useState(() => player.kept()?.nickname ?? "");
  const busy = seat.stage === "entering";
  const join = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!busy) player.join(digits(pin), nickname.trim());
  };
  return html`
    <div class="narrow stack">
      ${user?.role === "STUDENT" && html`<${RunningGames} enter=${(/** @type {string} */ id) => player.enterRunning(id, nickname.trim())} />`}
      <form class="card stack" novalidate onSubmit=${join}>
        <h1>${t("live.join")}</h1>
        <div>
          <label for="pin">${t("live.pin")}</label>
          <input id="pin" class="pin-input" inputmode="numeric" autocomplete="off" maxlength="12" placeholder="000000" dir="ltr" required autofocus=${invited === ""} value=${pin} onInput=${(/** @type {any} */ event) => setPin(event.target.value)} />
        </div>
        <${TextField} label=${t("live.your_name")} value=${nickname} onChange=${setNickname} maxlength="40" autocomplete="nickname" required=${!user} placeholder=${user ? t("live.own_name") : ""} autofocus=${invited !== ""} />
        <p class="error" role="alert">${doorText(seat.problem)}</p>
        <${SubmitButton} busy=${busy}>${t("live.join_button")}<//>
        ${seat.offered && html`<button type="button" class="full" onClick=${() => seat.offered && player.enter(seat.offered)}>${t("live.continue_as", { name: seat.offered.nickname })}</button>`}
      </form>
      ${user ? html`<p class="center">${t("live.signed_in_as", { name: user.profile.fullName })} <button class="small" type="button" onClick=${signOut}>${t("nav.sign_out")}</button></p>` : html`<${SignInHere} player=${player} wanted=${seat.problem?.code === "GUESTS_NOT_ALLOWED"} />`}
      <p class="center muted">${user ? html`<a href="/home">${t("frame.home")}</a>` : html`${t("live.teaching")} <a href="/host">${t("live.host_link")}</a>`}</p>
    </div>
  `;
}

/** The PIN as people write it, in groups or in other digits. @param {string} text */
export function digits(text) {
  const latin = text.replaceAll(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660));
  return latin.replaceAll(/\D/g, "");
}

/** @param {{ enter: (id: string) => void }} properties */
function RunningGames({ enter }) {
  const { data, reload } = useQuery(RUNNING_GAMES, {});
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && reload(), RUNNING_EVERY_MS);
    return () => clearInterval(timer);
  }, [reload]);
  const running = (data?.myEnrollments ?? []).flatMap(({ course }) => course.liveQuizzes.map((game) => ({ course, game })));
  if (running.length === 0) return null;
  return html`
    <section class="card stack">
      <h2>${t("live.running_in_courses")}</h2>
      <ul class="quizzes">
        ${running.map(
          ({ course, game }) => html`
            <li key=${game.id}>
              <div class="grow">
                <h3 dir="auto">${game.title}</h3>
                <p class="muted"><span dir="auto">${course.title}</span> · ${game.state === "LOBBY" ? t("live.starting_soon") : t("live.question_of", { number: game.questionIndex + 1, total: game.questionCount })}</p>
              </div>
              <button class="primary" type="button" data-running=${game.id} onClick=${() => enter(game.id)}>${t("live.enter")}</button>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}

/** @param {{ player: PlayerSession, wanted: boolean }} properties */
function SignInHere({ player, wanted }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  /** @type {import("preact/hooks").MutableRef<HTMLDetailsElement | null>} */
  const box = useRef(null);
  const { submit, failure, busy } = useSubmit(async () => {
    await signIn(email.trim(), password);
    player.clear(); // what was wrong for a guest
  });
  useEffect(() => {
    if (wanted && box.current) box.current.open = true;
  }, [wanted]);
  return html`
    <details class="card" ref=${box}>
      <summary>${t("live.sign_in_here")}</summary>
      <form class="stack" novalidate onSubmit=${submit}>
        <${TextField} label=${t("users.email")} value=${email} onChange=${setEmail} type="text" inputmode="email" autocapitalize="none" spellcheck=${false} autocomplete="username" dir="ltr" />
        <${PasswordField} label=${t("users.password")} value=${password} onChange=${setPassword} autocomplete="current-password" />
        ${failure?.code === "AUTHENTICATION_ERROR" ? html`<p class="error" role="alert">${t("users.wrong_login")}</p>` : html`<${FormError} failure=${failure} />`}
        <${SubmitButton} busy=${busy}>${t("nav.sign_in")}<//>
        <p class="center"><a href="/account">${t("users.forgot")}</a></p>
      </form>
    </details>
  `;
}
