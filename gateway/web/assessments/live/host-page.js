// The host's page: choose a game, then steer it. `view=projector` shows the room its game alone, and
// `view=remote` what the teacher needs beside that.

import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { Later } from "../../app/later.js";
import { Logo } from "../../app/logo.js";
import { onToken, session } from "../../app/session.js";
import { createStore, useStore } from "../../app/store.js";
import { Loading } from "../../kit/states.js";
import { useKeptFocus } from "./focus.js";
import { HostControls, StepKeys } from "./host-controls.js";
import { fetchScreens } from "./host-screens.js";
import { HostSession } from "./host-session.js";
import { problemText } from "./host-words.js";
import { usePreferences } from "./preferences.js";
import { HostSound } from "./sound.js";
import { Stage } from "./stage.js";

const CHOOSE = () => import("./host-choose.js").then(({ HostChoose }) => HostChoose);
const REMOTE = () => import("./remote.js").then(({ Remote }) => Remote);
const PLAYERS = () => import("./host-players.js").then(({ PlayersDialog }) => PlayersDialog);

/** Where players reach this site, if that is not where the host does. */
const site = createStore(location.origin);

/** @param {{ query: URLSearchParams }} properties */
export default function HostPage({ query }) {
  const game = query.get("game");
  if (game) return html`<${Game} key=${game} liveQuizId=${game} view=${query.get("view")} />`;
  return html`
    <div class="live host choosing">
      <${Header}><a class="button small quiet" href="/home">${t("frame.home")}</a><//>
      <div class="live-body"><${Later} load=${CHOOSE} /></div>
    </div>
  `;
}

/** @param {{ title?: string, children?: any }} properties */
function Header({ title = "", children }) {
  return html`
    <div class="bar">
      <a class="brand" href="/home" aria-label="Stoa"><${Logo} /><span>Stoa</span></a>
      <span class="muted ellipsis game-title" dir="auto">${title}</span>
      <span class="grow"></span>
      ${children}
    </div>
  `;
}

/** @param {{ liveQuizId: string, view: string | null }} properties */
function Game({ liveQuizId, view }) {
  const [host] = useState(() => new HostSession(liveQuizId));
  const screen = useStore(host.screen);
  const own = useStore(session, ({ user }) => user?.id);
  const preferences = usePreferences();
  const address = useSite();
  useEffect(() => {
    host.open();
    const stop = onToken((token) => host.renew(token));
    return () => {
      stop();
      host.close();
    };
  }, [host]);
  const { desk } = screen;
  const inGame = desk !== null;
  useEffect(() => {
    if (inGame) fetchScreens();
  }, [inGame]);
  const title = desk?.title;
  useEffect(() => {
    if (title) document.title = `${title} · Stoa`;
  }, [title]);
  const box = useKeptFocus([desk?.phase, desk?.question?.index]);

  if (screen.problem) return html`<${Gone} problem=${screen.problem} />`;
  const lost = screen.link === "lost";
  const room = view === "projector";
  const steers = desk !== null && desk.hostId === own;
  const accept = desk && steers && !room ? (/** @type {import("./wire.js").TypedAnswer} */ answer) => import("./typed.js").then(({ acceptTyped }) => acceptTyped(host, desk, answer)) : null;
  return html`
    <div class=${`live host ${view === "remote" ? "choosing" : ""} ${room ? "room" : ""} ${preferences.quiet ? "quiet-mode" : ""}`} ref=${box}>
      <div class="banner" role="status" hidden=${!lost}>${lost ? (desk ? t("live.reconnecting") : t("live.connecting")) : ""}</div>
      <${Header} title=${title}>${desk && view !== "remote" && html`<${HostSound} desk=${desk} now=${host.now} lost=${lost} />`}${desk && html`<${Chips} host=${host} desk=${desk} steers=${steers} room=${room}>${!room && html`<${Windows} liveQuizId=${liveQuizId} view=${view} />`}<//>`}<//>
      ${desk && room && steers && html`<${StepKeys} host=${host} screen=${screen} desk=${desk} />`}
      ${desk && view === "remote" ? html`<div class="live-body medium"><${Later} load=${REMOTE} desk=${desk} now=${host.now} held=${lost} onAccept=${accept} /></div>` : desk ? html`<${Stage} desk=${desk} now=${host.now} held=${lost} bars=${preferences.bars} quiet=${preferences.quiet} site=${address} onAccept=${accept} />` : html`<div class="live-body"><${Loading} /></div>`}
      ${desk && !room && html`<${HostControls} host=${host} screen=${screen} desk=${desk} steers=${steers} preferences=${preferences} />`}
    </div>
  `;
}

/** The ways to two windows: one for the room, one in the teacher's hand. @param {{ liveQuizId: string, view: string | null }} properties */
function Windows({ liveQuizId, view }) {
  const address = `/host?game=${liveQuizId}`;
  return html`
    <a class="button small quiet" href=${`${address}&view=projector`} target="stoa-projector">${t("live.projector_window")}</a>
    ${view === "remote" ? html`<a class="button small quiet" href=${address}>${t("live.whole_screen")}</a>` : html`<a class="button small quiet" href=${`${address}&view=remote`}>${t("live.as_remote")}</a>`}
  `;
}

/** @param {{ host: HostSession, desk: import("./host-state.js").Desk, steers: boolean, room: boolean, children?: any }} properties */
function Chips({ host, desk, steers, room, children }) {
  const [open, setOpen] = useState(false);
  const away = desk.count - desk.connected;
  const late = desk.players.filter((player) => (player.heldBackMs ?? 0) > 0).length;
  const count = `${t("live.players_count", { count: desk.count })}${away > 0 ? t("live.of_them_away", { count: away }) : ""}`;
  return html`
    <div class="row chips">
      ${children}
      ${desk.phase !== "finished" && desk.phase !== "lobby" && html`<span class="chip tabular pin-chip">PIN ${desk.pin}</span>`}
      ${desk.locked && html`<span class="chip warn">${t("live.locked")}</span>`}
      ${!room && late > 0 && html`<span class="chip warn late-chip" title=${t("live.late_text")}>${t("live.late", { count: late })}</span>`}
      ${room ? html`<span class="chip">${count}</span>` : html`<button class="small" type="button" onClick=${() => setOpen(true)}>${count}</button>`}
      ${open && html`<${Later} load=${PLAYERS} host=${host} desk=${desk} steers=${steers} onClose=${() => setOpen(false)} />`}
    </div>
  `;
}

/** @param {{ problem: import("./host-session.js").Problem }} properties */
function Gone({ problem }) {
  return html`
    <div class="live host choosing">
      <${Header}><a class="button small quiet" href="/home">${t("frame.home")}</a><//>
      <div class="live-body">
        <div class="narrow card stack center" role="alert">
          <h1>${problemText(problem)}</h1>
          <p><a class="button" href="/host">${t("live.another_quiz")}</a></p>
        </div>
      </div>
    </div>
  `;
}

function useSite() {
  useEffect(() => {
    fetch("/site.json")
      .then((response) => response.json())
      .then(({ publicUrl }) => publicUrl && site.set(publicUrl))
      .catch(() => {}); // then the address of this page must do
  }, []);
  return useStore(site);
}
