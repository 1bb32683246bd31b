// Texts of courses and lessons. The server keeps them as HTML and removes what is harmful; the pages
// write Markdown, escaped, so that nothing of it is taken for a tag. Other clients may have put HTML there.
//
//   <${Written} text=${course.description} />      setText(sourceOf(lesson.contentText))

import { html } from "../app/html.js";
import { RichText } from "./rich-text.js";

/** @type {Record<string, string>} */
const NAMED = { amp: "&", lt: "<", gt: ">", nbsp: "\u00a0" };
const TAG = /<[a-z]/i;

/**
 * Whether a text has tags, which none has that was written here.
 * @param {string} kept
 */
export function isMarkup(kept) {
  return TAG.test(kept);
}

/**
 * Markdown as the server keeps it.
 * @param {string} markdown
 */
export function keptForm(markdown) {
  return markdown.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * The Markdown of what `keptForm` made.
 * @param {string} kept
 */
export function sourceOf(kept) {
  return kept.replace(/&(amp|lt|gt|nbsp);/g, (_, name) => NAMED[name]);
}

/** What somebody wrote, as it is meant to look. @param {{ text: string, level?: number }} properties */
export function Written({ text, level = 3 }) {
  return isMarkup(text) ? html`<${RichText} html=${text} level=${level} />` : html`<${RichText} markdown=${sourceOf(text)} level=${level} />`;
}

/**
 * The beginning of a text in one line without marks, as in a list.
 * @param {string} kept
 * @param {number} [most] Characters.
 */
export function excerpt(kept, most = 160) {
  const line = wordsIn(sourceOf(kept.replace(/<[^>]*>/g, " "))).replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, line.lastIndexOf(" ", most))} …` : line;
}

const LINE_MARKS = /^ {0,3}(?:#{1,6}(?=\s|$)|>|[-+*](?=\s)|\d{1,9}[.)](?=\s)|(?:[-*_]\s*){3,}$|`{3,}.*$|~{3,}.*$)/gm;
const TABLE_LINE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$/gm;
const ESCAPED = /\\([!-/:-@[-`{-~])/g;
/** Around words, as many before as after. */
const MARKED = /(\*{1,3}|~~|`+)(?=\S)(.*?\S)\1|(?<![\p{L}\p{N}_])(_{1,3})(?=[^\s_])(.*?[^\s_])\3(?![\p{L}\p{N}_])/gu;

/**
 * Markdown without its marks; signs that mark nothing, as in 3 > 2, stay.
 * @param {string} markdown
 */
function wordsIn(markdown) {
  const kept = /** @type {string[]} */ ([]);
  const source = markdown.replace(ESCAPED, (_, sign) => `\ue000${kept.push(sign) - 1}\ue001`);
  const text = source.replace(TABLE_LINE, " ");
  const plain = (text === source ? text : text.replaceAll("|", " "))
    .replace(LINE_MARKS, " ")
    .replace(/!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, "$1")
    .replace(/<((?:https?:|mailto:)[^\s>]*)>/g, "$1")
    .replace(MARKED, (_all, _mark, words, _low, others) => words ?? others)
    .replace(MARKED, (_all, _mark, words, _low, others) => words ?? others);
  return plain.replace(/\ue000(\d+)\ue001/g, (_, at) => kept[Number(at)] ?? "");
}
