// The sounds of a game, made by the browser itself: nothing is fetched, and nobody's music is played.

/**
 * @typedef {"tick" | "last" | "gong" | "reveal" | "fanfare" | "right" | "wrong"} Cue
 * @typedef {[at: number, hertz: number, seconds: number, loudness: number, wave?: OscillatorType]} Note
 */

const C5 = 523.25, E5 = 659.25, G5 = 783.99, C6 = 1046.5;

/** @type {Record<Cue, Note[]>} */
const CUES = {
  tick: [[0, 880, 0.06, 0.25, "square"]],
  last: [[0, 1174.66, 0.12, 0.3, "square"]],
  gong: [[0, 98, 2.4, 0.5], [0, 196, 2, 0.35], [0, 293.66, 1.4, 0.16], [0.02, 415.3, 0.9, 0.08]],
  reveal: [[0, G5, 0.25, 0.4, "triangle"], [0.14, C6, 0.7, 0.45, "triangle"]],
  // As the places of the podium appear: the third, the second, the first.
  fanfare: [
    [0.4, C5, 0.9, 0.2, "triangle"], [1.6, E5, 1, 0.22, "triangle"], [1.6, C5, 1, 0.16, "triangle"],
    [2.7, G5, 0.15, 0.2, "sawtooth"], [2.85, G5, 0.15, 0.2, "sawtooth"],
    [3, C6, 2, 0.26, "triangle"], [3, G5, 2, 0.2, "triangle"], [3, E5, 2, 0.2, "triangle"], [3, C5 / 2, 2, 0.25],
  ],
  right: [[0, E5, 0.16, 0.4, "triangle"], [0.12, G5, 0.16, 0.4, "triangle"], [0.24, C6, 0.5, 0.45, "triangle"]],
  wrong: [[0, 233.08, 0.22, 0.45, "triangle"], [0.2, 174.61, 0.5, 0.45, "triangle"]],
};

const BEAT = 0.5;
/** Two bars that go round, in a scale without half steps. 0 is a rest. */
const MELODY = [261.63, 329.63, 392, 440, 392, 329.63, 293.66, 0, 220, 261.63, 329.63, 392, 329.63, 261.63, 293.66, 0];
const BASS = [130.81, 0, 0, 0, 98, 0, 0, 0, 110, 0, 0, 0, 98, 0, 0, 0];
const LOOP_SECONDS = MELODY.length * BEAT;
const LOOK_MS = 500;
const AHEAD_SECONDS = 1.5;
const FADE_SECONDS = 0.4;

/** Bars of the lobby's music. @returns {Note[]} */
function bars() {
  return MELODY.flatMap((hertz, n) => {
    /** @type {Note[]} */
    const notes = [];
    if (hertz) notes.push([n * BEAT, hertz, BEAT * 1.6, 0.12, "triangle"]);
    if (BASS[n]) notes.push([n * BEAT, BASS[n], BEAT * 3.5, 0.15]);
    return notes;
  });
}

export class Synth {
  #context = new AudioContext();
  #master = this.#context.createGain();
  /** @type {GainNode | null} */
  #music = null;
  #until = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looking;

  /** @param {number} volume From 0 to 1. */
  constructor(volume) {
    this.#master.connect(this.#context.destination);
    this.volume(volume);
  }

  /** Whether the browser lets it sound. */
  get running() {
    return this.#context.state === "running";
  }

  /** As loud as it seems: twice as far is not twice the power. @param {number} volume From 0 to 1. */
  volume(volume) {
    this.#master.gain.value = volume * volume;
  }

  async resume() {
    await this.#context.resume();
  }

  /** Stop in the middle, until `resume`. */
  async suspend() {
    await this.#context.suspend();
  }

  close() {
    clearInterval(this.#looking);
    this.#context.close().catch(() => {});
  }

  /** @param {Cue} cue */
  play(cue) {
    this.#schedule(CUES[cue], this.#context.currentTime + 0.02, this.#master);
  }

  /** The music of the lobby goes round until it is switched off. @param {boolean} on */
  music(on) {
    if (on === (this.#music !== null)) return;
    if (on) {
      this.#music = this.#context.createGain();
      this.#music.connect(this.#master);
      this.#until = this.#context.currentTime + 0.1;
      this.#goOn();
      this.#looking = setInterval(() => this.#goOn(), LOOK_MS);
    } else {
      clearInterval(this.#looking);
      const { currentTime } = this.#context;
      this.#music?.gain.setValueAtTime(1, currentTime);
      this.#music?.gain.linearRampToValueAtTime(0, currentTime + FADE_SECONDS);
      this.#music = null;
    }
  }

  #goOn() {
    if (!this.#music || this.#until - this.#context.currentTime > AHEAD_SECONDS) return;
    this.#schedule(bars(), this.#until, this.#music);
    this.#until += LOOP_SECONDS;
  }

  /**
   * @param {Note[]} notes
   * @param {number} from On the context's clock.
   * @param {GainNode} bus
   */
  #schedule(notes, from, bus) {
    for (const [at, hertz, seconds, loudness, wave = "sine"] of notes) {
      const begin = from + at;
      const tone = this.#context.createOscillator();
      const shape = this.#context.createGain();
      tone.type = wave;
      tone.frequency.value = hertz;
      shape.gain.setValueAtTime(0.0001, begin);
      shape.gain.linearRampToValueAtTime(loudness, begin + 0.012);
      shape.gain.exponentialRampToValueAtTime(0.0001, begin + seconds);
      tone.connect(shape);
      shape.connect(bus);
      tone.start(begin);
      tone.stop(begin + seconds + 0.05);
    }
  }
}
