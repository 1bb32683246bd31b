// The button for sound, and what sounds while it is on. Everything that is heard is seen as well.

import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { recall, remember } from "../../app/storage.js";
import { createStore, useStore } from "../../app/store.js";
import { Icon } from "../../kit/icon.js";
import { leftOf } from "./countdown.js";
import { shownTime } from "./host-state.js";
import { Loudspeaker, canSound } from "./loudspeaker.js";
import { usePreferences } from "./preferences.js";
import { cuesOf, ofHost, ofPlayer, tickOf } from "./sound-cues.js";
import { hostWindow, rememberedChoice, useChoice } from "./which-window.js";

const LOOK_MS = 100;
const VOLUME_KEY = "stoa.sound.volume";
const PLAYER_VOLUME = 0.5;

const ofRoom = rememberedChoice("stoa.sound.room");
const ofPhone = rememberedChoice("stoa.sound.player");
const volume = createStore(/** @type {number} */ (recall("localStorage", VOLUME_KEY) ?? 50));

/**
 * @typedef {object} Heard
 * @property {import("./sound-cues.js").Scene} scene
 * @property {boolean} music Whether the lobby's music plays.
 * @property {boolean} held Whether nothing may sound now.
 * @property {() => number | null} left Milliseconds until the question closes; null while no clock runs.
 */

/** A host's: music too, and how loud. @param {{ desk: import("./host-state.js").Desk, now: () => number, lost: boolean }} properties */
export function HostSound({ desk, now, lost }) {
  const [kind] = useState(hostWindow);
  const [on, set] = useChoice(ofRoom, kind);
  const { quiet } = usePreferences();
  const level = useStore(volume);
  const left = () => {
    const time = desk.phase === "open" && !lost ? shownTime(desk, now()) : null;
    return time && !time.paused ? leftOf(time, now()).left : null;
  };
  const state = useSound(on, { scene: ofHost(desk), music: desk.phase === "lobby", held: quiet || desk.paused, left }, level / 100);
  if (!canSound) return null;
  return html`
    <div class="sound">
      <${SoundButton} on=${on} set=${set} state=${state} silent=${quiet ? t("live.sound_quiet") : ""} />
      ${on && html`<input type="range" class="volume" min="0" max="100" step="5" value=${level} aria-label=${t("live.volume")} onInput=${(/** @type {any} */ event) => louder(Number(event.target.value))} />`}
    </div>
  `;
}

/** A player's: the last seconds, and what became of the answer. @param {{ game: import("./player-state.js").Game, now: () => number, lost: boolean }} properties */
export function PlayerSound({ game, now, lost }) {
  const [on, set] = useChoice(ofPhone, "player");
  const hidden = useHidden();
  const { time, phase } = game;
  const left = () => (phase === "open" && time && !time.paused && !lost ? leftOf(time, now()).left : null);
  const state = useSound(on, { scene: ofPlayer(game), music: false, held: hidden || time?.paused === true, left }, PLAYER_VOLUME);
  if (!canSound) return null;
  return html`<div class="sound"><${SoundButton} on=${on} set=${set} state=${state} silent="" /></div>`;
}

/** @param {number} level */
function louder(level) {
  remember("localStorage", VOLUME_KEY, level);
  volume.set(level);
}

/**
 * @param {boolean} on
 * @param {Heard} heard
 * @param {number} level
 */
function useSound(on, heard, level) {
  const [speaker] = useState(() => new Loudspeaker());
  const latest = useRef(heard);
  latest.current = heard;
  /** @type {import("preact/hooks").MutableRef<import("./sound-cues.js").Scene | null>} */
  const before = useRef(null);
  const { scene, music, held } = heard;

  useEffect(() => {
    speaker.volume(level);
    speaker.hold(held);
    speaker.music(music);
    speaker.turn(on && canSound);
  }, [speaker, level, held, music, on]);
  useEffect(() => {
    for (const cue of cuesOf(before.current, scene)) speaker.cue(cue);
    before.current = scene;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- these are all there is of a scene
  }, [speaker, scene.phase, scene.index, scene.own]);
  useEffect(() => {
    if (!on || scene.phase !== "open") return undefined;
    let ticked = 0;
    const timer = setInterval(() => {
      const left = latest.current.left();
      if (left === null) return;
      const { second, cue } = tickOf(left, ticked);
      ticked = second;
      if (cue) speaker.cue(cue);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [speaker, on, scene.phase, scene.index]);
  useEffect(() => () => speaker.turn(false), [speaker]);
  return useStore(speaker.state);
}

/** Alt+M, since single letters belong to those who dictate. @param {{ on: boolean, set: (on: boolean) => void, state: "off" | "waiting" | "on", silent: string }} properties */
function SoundButton({ on, set, state, silent }) {
  const toggle = useRef(() => {});
  toggle.current = () => set(!on);
  useEffect(() => {
    const press = (/** @type {KeyboardEvent} */ event) => {
      if (event.code !== "KeyM" || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.repeat) return;
      event.preventDefault();
      toggle.current();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  const notice = on && silent ? silent : state === "waiting" ? t("live.sound_waits") : "";
  return html`
    <span class="sound-notice" role="status">${notice}</span>
    <button type="button" class="small quiet" aria-pressed=${on ? "true" : "false"} aria-keyshortcuts="Alt+M" aria-label=${t("live.sound")} title=${t("live.sound_key", { key: "Alt+M" })} onClick=${() => toggle.current()}>
      <${Icon} name=${on ? "sound" : "muted"} />
    </button>
  `;
}

function useHidden() {
  const [hidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const look = () => setHidden(document.hidden);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return hidden;
}
