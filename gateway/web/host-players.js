// The list of players for the host: kick, ban, extra time, and handing the game over.

import { byId, h } from "./dom.js";

const FACTORS = [1, 1.25, 1.5, 2, 3, 4];

/**
 * The dialog. `command(name, more)` steers the game; `opened()` fetches the newest list;
 * `teachers()` says who may take the game over.
 */
export function playersDialog({ command, opened, teachers }) {
  const box = byId("players-dialog");
  let filter = "";

  function line(player) {
    const factor = player.extraTime ?? 1;
    const select = h(
      "select",
      { "aria-label": `Extra time for ${player.nickname}`, onchange: (event) => command("extraTime", { playerId: player.playerId, factor: Number(event.target.value) }) },
      [...new Set([...FACTORS, factor])].sort((a, b) => a - b).map((value) => h("option", { value: String(value) }, value === 1 ? "usual time" : `time × ${value}`)),
    );
    select.value = String(factor);
    const out = (name) => async (event) => {
      event.currentTarget.disabled = true;
      if (!(await command(name, { playerId: player.playerId }))) return;
      if (name === "ban" && player.playerId.startsWith("guest-")) box.querySelector("#ban-hint").hidden = false;
      opened();
    };
    return h(
      "li",
      { "data-player": player.playerId },
      h("span", { class: `dot ${player.connected ? "on" : ""}`, title: player.connected ? "connected" : "away" }),
      h("span", { class: "name grow ellipsis" }, player.nickname),
      h("span", { class: "tabular muted" }, String(player.score)),
      select,
      h("button", { class: "small", type: "button", onclick: out("kick"), title: "Remove; may come back" }, "Kick"),
      h("button", { class: "small danger", type: "button", onclick: out("ban"), title: "Remove for good" }, "Ban"),
      heldBack(player),
    );
  }

  /** What the server cannot explain by the network: a proxy on the way, or a program that waits. */
  function heldBack(player) {
    if (!player.heldBackMs) return null;
    return h("small", { class: "late" }, `Replies ${player.heldBackMs} ms later than the network explains. No time is given back for that.`);
  }

  function handOver() {
    const list = h("ul", { class: "players" });
    const fill = async () => {
      const found = await teachers();
      const item = (teacher) =>
        h("li", {}, h("span", { class: "grow" }, teacher.profile?.fullName ?? teacher.id), h("button", { class: "small", type: "button", onclick: () => command("handOver", { toUserId: teacher.id }) }, "Hand over"));
      list.replaceChildren(...(found.length ? found.map(item) : [h("li", { class: "muted" }, "Nobody else teaches this course.")]));
    };
    return h("details", { ontoggle: (event) => event.currentTarget.open && fill() }, h("summary", {}, "Hand the game over to another teacher"), list);
  }

  /** A guest is nobody but a browser: said where the ban is given, with what does help. */
  function banHint() {
    const lock = async (event) => {
      const hint = event.currentTarget.parentElement;
      if (await command("lock")) hint.hidden = true;
    };
    return h(
      "p",
      { id: "ban-hint", class: "hint", role: "status", hidden: true },
      h("span", { class: "grow" }, "A banned guest can still come back under another name from another browser or a private window. While the game is locked, nobody new comes in."),
      h("button", { class: "small", type: "button", onclick: lock }, "Lock the game"),
    );
  }

  function update(game) {
    if (!box.open || box.contains(document.activeElement) && document.activeElement.matches("select")) return;
    const shown = game.players
      .filter((player) => player.nickname.toLowerCase().includes(filter))
      .sort((a, b) => (b.heldBackMs ?? 0) - (a.heldBackMs ?? 0))
      .slice(0, 200);
    box.querySelector("ul").replaceChildren(...shown.map(line));
    byId("players-title").textContent = `${game.players.length} players`;
  }

  function open(game) {
    const search = h("input", { type: "search", placeholder: "Find a player", "aria-label": "Find a player", oninput: (event) => { filter = event.target.value.toLowerCase(); update(game); } });
    filter = "";
    box.replaceChildren(
      h("div", { class: "stack" },
        h("div", { class: "row" }, h("h2", { id: "players-title", class: "grow" }), h("button", { class: "small", type: "button", onclick: () => box.close() }, "Close")),
        banHint(),
        search,
        h("ul", { class: "players" }),
        handOver()),
    );
    box.showModal();
    update(game);
    opened();
  }

  return { open, update, isOpen: () => box.open };
}
