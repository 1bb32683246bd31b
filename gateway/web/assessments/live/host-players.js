// The list of players for the host: kick, ban, extra time, and handing the game over.

import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { Dialog } from "../../kit/dialog.js";
import { Loaded } from "../../kit/states.js";
import { timeFactors } from "../../kit/time-factors.js";
import { GAME_TEACHERS } from "./documents.js";

const SHOWN = 200;

/**
 * @typedef {import("./host-session.js").HostSession} HostSession
 * @typedef {import("./host-state.js").Desk} Desk
 * @typedef {import("./wire.js").HostPlayer} Player
 */

/** @param {{ host: HostSession, desk: Desk, steers: boolean, onClose: () => void }} properties */
export function PlayersDialog({ host, desk, steers, onClose }) {
  const [filter, setFilter] = useState("");
  const [bannedGuest, setBannedGuest] = useState(false);
  useEffect(() => host.look(), [host]);
  useEffect(() => host.lookSoon(), [host, desk.count, desk.connected]);
  const found = desk.players.filter((player) => player.nickname.toLowerCase().includes(filter.toLowerCase()));
  const shown = found.sort((a, b) => (b.heldBackMs ?? 0) - (a.heldBackMs ?? 0)).slice(0, SHOWN);
  const mayChange = steers && desk.phase !== "finished";
  return html`
    <${Dialog} title=${t("live.players_count", { count: desk.count })} onClose=${onClose}>
      ${bannedGuest && !desk.locked && html`<${BanHint} host=${host} done=${() => setBannedGuest(false)} />`}
      <input type="search" placeholder=${t("live.find_player")} aria-label=${t("live.find_player")} dir="auto" value=${filter} onInput=${(/** @type {any} */ event) => setFilter(event.target.value)} />
      <ul class="players">
        ${shown.map((player) => html`<${PlayerLine} key=${player.playerId} host=${host} player=${player} mayChange=${mayChange} banned=${() => setBannedGuest(true)} />`)}
      </ul>
      ${found.length > shown.length && html`<p class="muted">${t("live.and_more", { count: found.length - shown.length })}</p>`}
      ${mayChange && html`<${HandOver} host=${host} desk=${desk} />`}
    <//>
  `;
}

/** @param {{ host: HostSession, player: Player, mayChange: boolean, banned: () => void }} properties */
function PlayerLine({ host, player, mayChange, banned }) {
  const [busy, setBusy] = useState(false);
  const { playerId, nickname } = player;
  const putOut = (/** @type {"kick" | "ban"} */ command) => async () => {
    if (busy) return;
    setBusy(true);
    if (await host.command(command, { playerId })) {
      if (command === "ban" && playerId.startsWith("guest-")) banned();
      host.look();
    }
    setBusy(false);
  };
  return html`
    <li data-player=${playerId}>
      <span class=${`dot ${player.connected ? "on" : ""}`} role="img" aria-label=${player.connected ? t("live.is_here") : t("live.is_away")}></span>
      <span class="name grow ellipsis" dir="auto">${nickname}</span>
      <span class="tabular muted">${formatNumber(player.score)}</span>
      ${mayChange &&
      html`
        <${ExtraTime} host=${host} player=${player} />
        <button class="small" type="button" aria-disabled=${busy ? "true" : undefined} aria-label=${t("live.kick_name", { name: nickname })} title=${t("live.kick_text")} onClick=${putOut("kick")}>${t("live.kick")}</button>
        <button class="small danger" type="button" aria-disabled=${busy ? "true" : undefined} aria-label=${t("live.ban_name", { name: nickname })} title=${t("live.ban_text")} onClick=${putOut("ban")}>${t("live.ban")}</button>
      `}
      ${/* What the server cannot explain by the network: a proxy on the way, or a program that waits. */ ""}
      ${(player.heldBackMs ?? 0) > 0 && html`<small class="late">${t("live.held_back", { count: player.heldBackMs ?? 0 })}</small>`}
    </li>
  `;
}

/** @param {{ host: HostSession, player: Player }} properties */
function ExtraTime({ host, player }) {
  const factor = player.extraTime ?? 1;
  const choose = (/** @type {any} */ event) => host.command("extraTime", { playerId: player.playerId, factor: Number(event.target.value) }).then(() => host.look());
  return html`
    <select aria-label=${t("live.extra_time_for", { name: player.nickname })} value=${factor} onChange=${choose}>
      ${timeFactors(factor).map((value) => html`<option key=${value} value=${value} selected=${value === factor}>${value === 1 ? t("live.usual_time") : t("live.time_times", { factor: formatNumber(value) })}</option>`)}
    </select>
  `;
}

/** A guest is nobody but a browser: said where the ban is given, with what does help. @param {{ host: HostSession, done: () => void }} properties */
function BanHint({ host, done }) {
  const lock = async () => {
    if (await host.command("lock")) done();
  };
  return html`
    <div class="hint" role="status">
      <span class="grow">${t("live.ban_hint")}</span>
      <button class="small" type="button" onClick=${lock}>${t("live.lock_game")}</button>
    </div>
  `;
}

/** @param {{ host: HostSession, desk: Desk }} properties */
function HandOver({ host, desk }) {
  const [open, setOpen] = useState(false);
  return html`
    <details onToggle=${(/** @type {any} */ event) => setOpen(event.currentTarget.open)}>
      <summary>${t("live.hand_over_to")}</summary>
      ${open && html`<${Teachers} host=${host} desk=${desk} />`}
    </details>
  `;
}

/** Who else teaches the course, and so may take the game over. @param {{ host: HostSession, desk: Desk }} properties */
function Teachers({ host, desk }) {
  const query = useQuery(GAME_TEACHERS, { id: desk.courseId });
  return html`
    <${Loaded} query=${query} lines=${1}>
      ${(/** @type {import("./documents.js").GameTeachersQuery} */ { course }) => {
        const all = course ? [course.instructor, ...course.teachers] : [];
        const others = [...new Map(all.map((teacher) => [teacher.id, teacher])).values()].filter((teacher) => teacher.id !== desk.hostId);
        if (others.length === 0) return html`<p class="muted">${t("live.nobody_else_teaches")}</p>`;
        return html`
          <ul class="players">
            ${others.map(
              (teacher) => html`
                <li key=${teacher.id}>
                  <span class="grow" dir="auto">${teacher.profile.fullName}</span>
                  <button class="small" type="button" aria-label=${t("live.hand_over_name", { name: teacher.profile.fullName })} onClick=${() => host.command("handOver", { toUserId: teacher.id })}>${t("live.hand_over")}</button>
                </li>
              `,
            )}
          </ul>
        `;
      }}
    <//>
  `;
}
