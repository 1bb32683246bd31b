// The bar with which a host steers the game.

import { useEffect, useRef } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { t } from "../../app/locale.js";
import { ask } from "../../kit/dialog.js";
import { boardIsNext, hasNext } from "./host-state.js";
import { hostLine, problemText } from "./host-words.js";
import { isChoice } from "./options.js";

const AFTERWARDS = () => import("./after-hosting.js").then(({ AfterHosting }) => AfterHosting);

const EXTRA_MS = 10_000;

/**
 * @typedef {import("./host-session.js").HostSession} HostSession
 * @typedef {import("./host-session.js").Screen} Screen
 * @typedef {import("./host-state.js").Desk} Desk
 * @typedef {import("./preferences.js").Preferences} Preferences
 *
 * @typedef {object} Properties
 * @property {HostSession} host
 * @property {Screen} screen
 * @property {Desk} desk
 * @property {boolean} steers Whether this user is the acting host.
 * @property {Preferences} preferences
 */

/** @param {Properties} properties */
export function HostControls({ host, screen, desk, steers, preferences }) {
  const { phase } = desk;
  const over = phase === "finished";
  const notice = screen.notice ? problemText(screen.notice) : steers ? "" : hostLine(desk, screen.taking);
  return html`
    <nav class="controls" aria-label=${t("live.controls")}>
      ${!over && (steers ? html`<${Steps} host=${host} screen=${screen} desk=${desk} />` : html`<${Press} key="main" classes="primary big" inactive=${screen.taking} onPress=${() => host.takeOver()}>${t("live.take_over")}<//>`)}
      ${!over && phase === "open" && steers && html`<${WhileOpen} host=${host} desk=${desk} />`}
      ${over && html`<${Later} load=${AFTERWARDS} liveQuizId=${desk.liveQuizId} />`}
      <p class=${`${screen.notice ? "error" : "muted"} grow`} role="alert">${over ? "" : notice}</p>
      <${WhatIsGiven} desk=${desk} preferences=${preferences} />
      <${Press} key="quiet" classes="quiet" pressed=${preferences.quiet} onPress=${preferences.toggleQuiet}>${t("live.quiet")}<//>
      ${!over && steers && html`<${Press} key="lock" onPress=${() => host.command(desk.locked ? "unlock" : "lock")}>${desk.locked ? t("live.unlock") : t("live.lock")}<//>`}
      ${!over && steers && html`<${Press} key="end" classes="danger" onPress=${() => end(host)}>${t("live.end")}<//>`}
      ${over && html`<a class="button" href="/host">${t("live.another_quiz")}</a>`}
    </nav>
  `;
}

/**
 * What all see of the answers before the reveal: nothing unless the host wants it.
 * @param {{ desk: Desk, preferences: Preferences }} properties
 */
function WhatIsGiven({ desk: { phase, question, histogram }, preferences: { bars, toggleBars } }) {
  if (question === null || (phase !== "open" && phase !== "closed")) return null;
  const counted = typeof histogram?.right === "number";
  if (!isChoice(question) && !counted) return null;
  const [show, hide] = counted ? [t("live.show_right"), t("live.hide_right")] : [t("live.show_answers"), t("live.hide_answers")];
  return html`<${Press} classes="quiet" onPress=${toggleBars}>${bars ? hide : show}<//>`;
}

/**
 * What comes next: the usual way first, as presenters' keys have it; then the other one.
 * @param {{ host: HostSession, screen: Screen, desk: Desk }} properties
 */
function Steps({ host, screen, desk }) {
  const { main, other } = stepsOf(desk);
  const press = (/** @type {Step} */ step) => takeStep(host, screen, desk, step);
  const inactive = screen.busy || (desk.phase === "lobby" && desk.count === 0);
  useNextKeys(() => press(main));
  return html`
    <${Press} key="main" classes="primary big" inactive=${inactive} onPress=${() => press(main)}>${main.label}<//>
    ${other && html`<${Press} key="other" inactive=${inactive} onPress=${() => press(other)}>${other.label}<//>`}
  `;
}

/** @typedef {{ label: any, steps: number, board?: boolean, command?: "start" | "resume" }} Step `steps`: how many of the game's, or a command instead. */

/** @param {Desk} desk @returns {{ main: Step, other?: Step }} */
function stepsOf(desk) {
  if (desk.paused) return { main: { label: html`<span aria-hidden="true">▶</span> ${t("live.resume")}`, steps: 0, command: "resume" } };
  const onward = hasNext(desk) ? t("live.next_question") : t("live.finish");
  switch (desk.phase) {
    case "lobby":
      return { main: { label: t("live.start_game"), steps: 0, command: "start" } };
    case "open":
      return { main: { label: t("live.reveal_answer"), steps: 2 }, other: { label: t("live.close_question"), steps: 1 } };
    case "closed":
      return { main: { label: t("live.reveal_answer"), steps: 1 } };
    case "announced":
      return { main: { label: t("live.open_now"), steps: 1 } };
    case "reveal": {
      const steps = [{ label: t("live.show_board"), steps: 1, board: true }, { label: onward, steps: 1, board: false }];
      const [main, other] = boardIsNext(desk) ? steps : steps.reverse();
      return { main, other };
    }
    default:
      return { main: { label: onward, steps: 1 } };
  }
}

/** @param {{ host: HostSession, desk: Desk }} properties */
function WhileOpen({ host, desk }) {
  return html`
    ${!desk.paused && html`<${Press} key="pause" onPress=${() => host.command("pause")}><span aria-hidden="true">❙❙</span> ${t("live.pause")}<//>`}
    <${Press} key="extend" onPress=${() => host.command("extend", { extraMs: EXTRA_MS })}>${t("live.extend", { seconds: EXTRA_MS / 1000 })}<//>
    <${Press} key="skip" onPress=${() => host.command("skip")}>${t("live.skip")}<//>
  `;
}

/**
 * A button that keeps the focus while it does nothing.
 * @param {{ onPress: () => unknown, children: any, classes?: string, inactive?: boolean, pressed?: boolean }} properties
 */
function Press({ onPress, children, classes = "", inactive = false, pressed }) {
  const press = () => {
    if (!inactive) onPress();
  };
  return html`<button type="button" class=${classes} aria-disabled=${inactive ? "true" : undefined} aria-pressed=${pressed === undefined ? undefined : String(pressed)} onClick=${press}>${children}</button>`;
}

/**
 * The keys alone, where the bar is in another window: presenters' clickers are with the projector.
 * @param {{ host: HostSession, screen: Screen, desk: Desk }} properties
 */
export function StepKeys({ host, screen, desk }) {
  useNextKeys(() => takeStep(host, screen, desk, stepsOf(desk).main));
  return null;
}

/** @param {HostSession} host @param {Screen} screen @param {Desk} desk @param {Step} step */
function takeStep(host, screen, desk, step) {
  if (screen.busy || (desk.phase === "lobby" && desk.count === 0) || desk.phase === "finished") return;
  if (step.command) host.command(step.command);
  else host.advance(step.steps, step.board);
}

/** As presenters have it. @param {() => void} next */
function useNextKeys(next) {
  const latest = useRef(next);
  latest.current = next;
  useEffect(() => {
    const press = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "ArrowRight" && event.key !== "PageDown") return;
      const busy = event.target instanceof Element && event.target.matches("input, textarea, select, summary");
      if (busy || event.repeat || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

/** @param {HostSession} host */
async function end(host) {
  if (await ask({ title: t("live.end_now"), text: t("live.end_now_text"), action: t("live.end_game"), cancel: t("live.go_on"), danger: true })) host.command("end");
}
