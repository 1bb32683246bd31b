// The button that has a question read aloud, with its options. It stays on from question to question.

import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/locale.js";
import { useStore } from "../../app/store.js";
import { Icon } from "../../kit/icon.js";
import { languageOf, spokenText } from "../../text/spoken.js";
import { canRead, read, reading, stopReading } from "../../text/voice.js";
import { BLANK } from "./asked.js";
import { choicesOf, isChoice, orderedOptions } from "./options.js";
import { hostWindow, rememberedChoice, useChoice } from "./which-window.js";

const ofRoom = rememberedChoice("stoa.reading.room");
const ofPhone = rememberedChoice("stoa.reading.player");

/** @typedef {import("./wire.js").Question} Question */

/**
 * What is read of a question, in the order in which it is shown.
 * @param {Question} question
 * @param {number[]} [order]
 * @returns {{ text: string, lang: string }[]}
 */
function spokenQuestion(question, order) {
  const page = language.get();
  const gap = ` ${t("live.gap")} `;
  const told = (/** @type {{ html?: string | null, text?: string | null }} */ written, before = "") =>
    spokenText(written).map(({ text, lang }, n) => ({ text: `${n === 0 ? before : ""}${text.replaceAll(new RegExp(BLANK, "g"), gap)}`, lang: languageOf({ text, lang }, page) }));
  const options = isChoice(question) ? choicesOf(question, order) : orderedOptions(question, order);
  return [
    ...told({ html: question.textHtml, text: question.text }),
    ...(question.prompts ?? []).flatMap((text, n) => told({ html: question.promptsHtml?.[n], text })),
    ...options.flatMap((option, n) => told({ html: option.html, text: option.text }, `${n + 1}: `)),
  ];
}

/** @param {{ question: Question, order?: number[], host?: boolean }} properties */
export function ReadAloud({ question, order, host = false }) {
  const [kind] = useState(() => (host ? hostWindow() : /** @type {const} */ ("player")));
  const [on, set] = useChoice(host ? ofRoom : ofPhone, kind);
  const able = useStore(canRead);
  const key = `${question.liveQuizId}/${question.index}`;
  const now = useStore(reading) === key;
  const begin = () => read(key, spokenQuestion(question, order));

  useEffect(() => {
    if (on && able) begin();
    return () => stopReading(key);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key says which question
  }, [key, on, able]);
  useEffect(() => {
    const left = () => stopReading(key);
    addEventListener("pagehide", left);
    return () => removeEventListener("pagehide", left);
  }, [key]);

  if (!able) return null;
  return html`
    <span class="reading">
      <button type="button" class="small" aria-pressed=${on ? "true" : "false"} onClick=${() => set(!on)}><${Icon} name="read" />${t("live.read_aloud")}</button>
      ${on && html`<button type="button" class="small quiet" aria-label=${t(now ? "live.stop_reading" : "live.read_again")} title=${t(now ? "live.stop_reading" : "live.read_again")} onClick=${() => (now ? stopReading(key) : begin())}><${Icon} name=${now ? "stop" : "play"} /></button>`}
    </span>
  `;
}
