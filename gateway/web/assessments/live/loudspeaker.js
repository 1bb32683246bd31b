// What may sound, and when: nothing is loaded while it is off, and nothing sounds before somebody has pressed something.

import { createStore } from "../../app/store.js";

const GESTURES = ["pointerup", "keydown"];
const PATIENCE_MS = 300;

/** Whether this browser can make sounds at all. */
export const canSound = "AudioContext" in globalThis;

export class Loudspeaker {
  /** `waiting`: for a gesture, without which browsers play nothing. @type {import("../../app/store.js").Store<"off" | "waiting" | "on">} */
  state = createStore(/** @type {"off" | "waiting" | "on"} */ ("off"));
  /** @type {import("./synth.js").Synth | null} */
  #synth = null;
  #wanted = false;
  #held = false;
  #music = false;
  #volume = 0.5;

  /** @param {boolean} on */
  turn(on) {
    if (on === this.#wanted) return;
    this.#wanted = on;
    for (const gesture of GESTURES) (on ? addEventListener : removeEventListener)(gesture, this.#pressed);
    if (!on) this.#close();
    else if (navigator.userActivation?.hasBeenActive) this.#begin();
    else this.state.set("waiting");
  }

  /** Silent for as long as `held`: in a pause, in quiet mode, on a screen that is not seen. @param {boolean} held */
  hold(held) {
    if (held === this.#held) return;
    this.#held = held;
    if (held) this.#synth?.suspend();
    else this.#resume();
  }

  /** @param {number} volume From 0 to 1. */
  volume(volume) {
    this.#volume = volume;
    this.#synth?.volume(volume);
  }

  /** @param {boolean} on */
  music(on) {
    this.#music = on;
    if (this.state.get() === "on") this.#synth?.music(on);
  }

  /** What comes while nothing may sound is not made up for. @param {import("./synth.js").Cue} name */
  cue(name) {
    if (this.state.get() === "on" && !this.#held) this.#synth?.play(name);
  }

  #pressed = () => {
    if (this.state.get() !== "on") this.#begin();
  };

  async #begin() {
    const loaded = await import("./synth.js").catch(() => null);
    if (!this.#wanted) return;
    if (!loaded) return this.state.set("waiting"); // the next gesture tries again
    this.#synth ??= new loaded.Synth(this.#volume);
    if (this.#held) await this.#synth.suspend();
    await this.#resume();
  }

  /** A browser that wants a gesture first leaves the request open until there is one. */
  async #resume() {
    const synth = this.#synth;
    if (!synth) return;
    if (!this.#held) await Promise.race([synth.resume().catch(() => {}), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
    if (synth !== this.#synth) return;
    const sounds = this.#held || synth.running;
    this.state.set(sounds ? "on" : "waiting");
    if (sounds) synth.music(this.#music);
  }

  #close() {
    this.#synth?.close();
    this.#synth = null;
    this.state.set("off");
  }
}
