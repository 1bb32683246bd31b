// Reading aloud by the browser's own voices.

import { createStore } from "../app/store.js";

const MAX_PIECE = 220; // some voices stop in the middle of longer ones

/** @type {SpeechSynthesis | undefined} */
const engine = globalThis.speechSynthesis;

/** Whether this browser has a voice; they may come a while after the page. */
export const canRead = createStore(hasVoices());
engine?.addEventListener?.("voiceschanged", () => canRead.set(hasVoices()));

function hasVoices() {
  return (engine?.getVoices().length ?? 0) > 0;
}

/** Whose text is read now, by the key that `read` was called with; empty if nobody's. */
export const reading = createStore("");

/**
 * Read texts one after the other, instead of what is read now.
 * @param {string} key
 * @param {readonly { text: string, lang: string }[]} pieces
 */
export function read(key, pieces) {
  stopReading();
  if (!engine) return;
  const all = pieces.flatMap(({ text, lang }) => sentences(text).map((part) => utterance(part, lang)));
  const last = all.at(-1);
  if (!last) return;
  const ended = () => reading.get() === key && all.includes(last) && reading.set("");
  last.onend = ended;
  for (const each of all) {
    each.onerror = ended; // also where a browser wants a gesture first
    engine.speak(each);
  }
  reading.set(key);
}

/** @param {string} [key] Only if it is this that is read. */
export function stopReading(key) {
  if (key !== undefined && reading.get() !== key) return;
  reading.set("");
  engine?.cancel();
}

/** @param {string} text @param {string} lang */
function utterance(text, lang) {
  const made = new SpeechSynthesisUtterance(text);
  made.lang = lang;
  const base = lang.toLowerCase().split("-")[0];
  const voices = engine?.getVoices() ?? [];
  made.voice = voices.find((voice) => voice.lang.toLowerCase() === lang.toLowerCase()) ?? voices.find((voice) => voice.lang.toLowerCase().split(/[-_]/)[0] === base) ?? null;
  return made;
}

/** In pieces that end with a sentence, or at the worst with a word. @param {string} text */
function sentences(text) {
  /** @type {string[]} */
  const found = [];
  for (const sentence of text.split(/(?<=[.!?؟…。])\s+/u)) {
    for (const word of sentence.split(" ")) {
      const last = found.at(-1);
      const begins = word === sentence.split(" ")[0];
      if (last === undefined || begins || last.length + word.length >= MAX_PIECE) found.push(word);
      else found[found.length - 1] = `${last} ${word}`;
    }
  }
  return found;
}
