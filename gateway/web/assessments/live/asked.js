// What is asked: the text, a picture where there is one, and blanks in their places.

import { Fragment, h } from "preact";
import { html as draw } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useCleaner } from "../../text/cleaning.js";
import { RichText } from "../../text/rich-text.js";

/** @typedef {import("./wire.js").Question} Question */

export const BLANK = /_{3,}/;

/** A question that has no words yet, as in the editor, has no heading. @param {{ question: Question, level?: number }} properties `level` of its heading. */
export function Asked({ question, level = 1 }) {
  if (question.text.trim() === "") return draw`<${Picture} question=${question} />`;
  return draw`
    <div class="question-text" role="heading" aria-level=${level} tabindex="-1" dir="auto">
      ${question.questionType === "fill_blank"
        ? draw`<${TextWithBlanks} question=${question} blank=${() => "……"} />`
        : draw`<${RichText} html=${question.textHtml} text=${question.text} level=${level + 1} />`}
    </div>
    <${Picture} question=${question} />
  `;
}

/**
 * The same above fields for an answer, which have the sentence with blanks themselves.
 * @param {{ question: Question }} properties
 */
export function AskedToAnswer({ question }) {
  if (question.questionType !== "fill_blank") return draw`<${Asked} question=${question} />`;
  return draw`<h1 class="question-text">${t("live.fill_in")}</h1><${Picture} question=${question} />`;
}

/** One on which places are marked is drawn with its marks. @param {{ question: Question }} properties */
export function Picture({ question }) {
  return question.mediaUrl && question.questionType !== "hotspot" && draw`<img class="media" src=${question.mediaUrl} alt=${question.mediaAlt || t("live.picture")} />`;
}

/**
 * The text, with `blank(n)` in the place of the n-th blank. Where the formatted text has not as
 * many as the question, the plain one is shown, or at the worst the blanks alone.
 * @param {{ question: Question, blank: (n: number) => any }} properties
 */
export function TextWithBlanks({ question, blank }) {
  const clean = useCleaner(Boolean(question.textHtml));
  const plain = question.text.split(BLANK);
  const count = question.blanks || plain.length - 1;
  let found = 0;
  const inserted = (/** @type {string} */ text) => text.split(BLANK).map((part, n) => (n ? [blank(found++), part] : part));
  if (question.textHtml && clean === null) return null; // fields that are shown do not change their places
  if (question.textHtml && typeof clean === "function") {
    const formatted = [...clean(question.textHtml).childNodes].map((node) => asElement(node, inserted));
    if (found === count) return draw`<div class="rich">${formatted}</div>`;
  }
  found = 0;
  if (plain.length - 1 === count) return draw`<div class="rich plain">${inserted(question.text)}</div>`;
  return draw`<div class="rich">${Array.from({ length: count }, (_, n) => blank(n))}</div>`;
}

/**
 * A cleaned node as an element of the page's own, so that fields can stand in it.
 * @param {Node} node
 * @param {(text: string) => any} textOf
 * @returns {any}
 */
function asElement(node, textOf) {
  if (node instanceof Text) return h(Fragment, null, textOf(node.data));
  if (!(node instanceof Element)) return null;
  const attributes = Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value]));
  return h(node.localName, attributes, [...node.childNodes].map((child) => asElement(child, textOf)));
}

/** Why, as the author wrote it. @param {{ reveal: import("./wire.js").Reveal }} properties */
export function Explanation({ reveal }) {
  if (!reveal.explanation) return null;
  return draw`<div class="explanation"><${RichText} html=${reveal.explanationHtml} text=${reveal.explanation} /></div>`;
}
