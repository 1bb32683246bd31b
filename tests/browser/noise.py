"""A browser's sounds and voices, replaced by ones that write down what they are asked for."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import BrowserContext, Page

AUDIO = """(() => {
  const audio = (window.__audio = { contexts: 0, closed: 0, state: "none", tones: [], fades: 0 });
  audio.allowed = true;
  // Playwright counts as somebody who presses; the real ones are those of the keyboard and pointer.
  const hands = { hasBeenActive: false };
  for (const gesture of ["pointerdown", "keydown"])
    addEventListener(gesture, () => { hands.hasBeenActive = true; }, true);
  Object.defineProperty(navigator, "userActivation", { value: hands });
  class Parameter {
    constructor(heard) { this.heard = heard; this.now = 1; }
    get value() { return this.now; }
    set value(value) { this.now = value; this.heard?.(value); }
    setValueAtTime() {}
    linearRampToValueAtTime(value) { if (value === 0) audio.fades += 1; }
    exponentialRampToValueAtTime() {}
  }
  class Node { connect() {} }
  window.AudioContext = class {
    constructor() {
      this.gains = 0;
      audio.contexts += 1;
      audio.state = audio.allowed ? "running" : "suspended";
    }
    get state() { return audio.state; }
    get currentTime() { return performance.now() / 1000; }
    get destination() { return new Node(); }
    createGain() {
      const node = new Node();
      const isMaster = (this.gains += 1) === 1;
      node.gain = new Parameter(isMaster ? (value) => { audio.volume = value; } : null);
      return node;
    }
    createOscillator() {
      const node = new Node();
      node.frequency = new Parameter();
      node.start = () => audio.tones.push(node.frequency.value);
      node.stop = () => {};
      return node;
    }
    resume() {
      if (!audio.allowed) return new Promise(() => {});
      audio.state = "running";
      return Promise.resolve();
    }
    suspend() { audio.state = "suspended"; return Promise.resolve(); }
    close() { audio.closed += 1; audio.state = "closed"; return Promise.resolve(); }
  };
})()"""

VOICES = """(() => {
  const speech = (window.__speech = { said: [], cancelled: 0, queue: [] });
  const voices = ["en-GB", "de-DE", "ar-SA"].map((lang) => ({ lang, name: `Voice of ${lang}` }));
  window.SpeechSynthesisUtterance = class {
    constructor(text) { this.text = text; this.lang = ""; this.voice = null; }
  };
  const listeners = [];
  speech.voices = window.__noVoices ? [] : voices;
  speech.come = () => {
    speech.voices = voices;
    for (const each of listeners) each();
  };
  speech.end = () => {
    for (const each of speech.queue.splice(0)) each.onend?.();
  };
  const value = {
    getVoices: () => speech.voices,
    addEventListener: (_, listener) => listeners.push(listener),
    speak: (each) => {
      speech.queue.push(each);
      speech.said.push([each.text, each.lang, each.voice?.lang ?? null]);
    },
    cancel: () => {
      speech.queue = [];
      speech.cancelled += 1;
    },
  };
  Object.defineProperty(window, "speechSynthesis", { value });
})()"""

WAIT_SECONDS = 20.0
LOOK_MS = 50
LOBBY = 130.81
"""A bass note that only the lobby's music has."""
TICK, LAST, GONG, REVEAL = 880, 1174.66, 98, (783.99, 1046.5)
FANFARE = (523.25, 659.25, 783.99, 1046.5, 261.625)
RIGHT, WRONG = (659.25, 783.99, 1046.5), (233.08, 174.61)


def listen(target: Page | BrowserContext) -> None:
    """Before the first document."""
    target.add_init_script(AUDIO)


def give_voices(target: Page | BrowserContext, *, none: bool = False) -> None:
    """Before the first document. `none`: there are none yet."""
    if none:
        target.add_init_script("window.__noVoices = true")
    target.add_init_script(VOICES)


def audio(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("window.__audio")
    return found


def tones(page: Page) -> list[float]:
    """The frequencies of what was scheduled, in order."""
    found: list[float] = audio(page)["tones"]
    return found


def until(page: Page, holds: str) -> None:
    """Wait for a condition; Playwright's own way is forbidden by the policy of the pages."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not page.evaluate(holds):
        assert time.monotonic() < deadline, holds
        page.wait_for_timeout(LOOK_MS)


def hush(page: Page) -> None:
    """Forget what was scheduled."""
    page.evaluate("window.__audio.tones = []")


def wait_tones(page: Page, *wanted: float) -> None:
    """Until each of these was scheduled."""
    until(page, f"{list(wanted)}.every((hertz) => window.__audio.tones.includes(hertz))")


def said(page: Page) -> list[list[str]]:
    """Everything that a voice was given so far: text, language, the voice's language."""
    found: list[list[str]] = page.evaluate("window.__speech.said")
    return found


def texts(page: Page) -> list[str]:
    return [text for text, *_ in said(page)]
