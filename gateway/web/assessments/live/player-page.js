// The player's page: the door, then the game, on a phone.

import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { t } from "../../app/locale.js";
import { Logo } from "../../app/logo.js";
import { setQuery } from "../../app/router.js";
import { onToken, session } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { Loading } from "../../kit/states.js";
import { Entry, digits } from "./entry.js";
import { useKeptFocus } from "./focus.js";
import { fetchFields } from "./later-fields.js";
import { PlayerScreen } from "./player-screens.js";
import { PlayerSession } from "./player-session.js";

const SOUND = () => import("./sound.js").then(({ PlayerSound }) => PlayerSound);

/** @param {{ query: URLSearchParams }} properties */
export default function PlayerPage({ query }) {
  const status = useStore(session, (value) => value.status);
  if (status === "unknown") return html`<div class="narrow"><${Loading} /></div>`;
  return html`<${Player} invited=${digits(query.get("pin") ?? "")} running=${query.get("game")} />`;
}

/** @param {{ invited: string, running: string | null }} properties Of the address: the PIN, and the id of a game of one's courses. */
function Player({ invited, running }) {
  const [player] = useState(() => new PlayerSession());
  const [[pin, chosen]] = useState(/** @type {[string, string | null]} */ ([invited, running]));
  const seat = useStore(player.seat);
  const { game } = seat;
  const inGame = game !== null;

  useEffect(() => {
    player.begin(pin, chosen);
    const stop = onToken((token) => player.renew(token));
    return () => {
      stop();
      player.close();
    };
  }, [player, pin, chosen]);
  useEffect(() => {
    if (inGame) setQuery({ pin: null, game: null }); // a reload finds back to the place, not to the door
  }, [inGame]);
  useEffect(() => {
    if (inGame) fetchFields();
  }, [inGame]);
  useEffect(() => {
    if (game) document.title = `${game.title} · Stoa`;
  }, [game]);
  const box = useKeptFocus([game?.phase, game?.question?.index, game?.answerId ?? seat.pending?.answerId]);

  const banner = seat.link === "lost" ? (game ? t("live.reconnecting") : t("live.connecting")) : "";
  return html`
    <div class="live player">
      <div class="banner" role="status" hidden=${banner === ""}>${banner}</div>
      <div class="bar">
        <a class="brand" href="/" aria-label="Stoa"><${Logo} /><span>Stoa</span></a>
        <span class="grow"></span>
        ${game &&
        html`
          <div class="me-bar">
            <${Later} load=${SOUND} game=${game} now=${player.now} lost=${seat.link !== "connected"} />
            <span class="chip ellipsis me-name" dir="auto">${game.nickname}</span>
            <span class="chip brandy tabular">${t("live.worth", { count: game.score })}</span>
          </div>
        `}
      </div>
      ${game
        ? html`
            <section class="medium live-body" ref=${box} data-phase=${game.phase}>
              ${!game.hostConnected && game.hostSeen && game.phase !== "finished" && html`<p class="banner">${t("live.host_away")}</p>`}
              <${PlayerScreen} seat=${seat} game=${game} player=${player} />
            </section>
          `
        : html`<section class="live-body"><${Entry} player=${player} seat=${seat} invited=${pin} /></section>`}
    </div>
  `;
}
