// What people wrote, as it is meant to look: in questions, lessons, feedback, everywhere the same.
//
//   <${RichText} html=${question.html} />   <${RichText} markdown=${lesson.text} />   <${RichText} text=${option.text} inline />

import { useLayoutEffect, useRef } from "preact/hooks";
import { html as draw } from "../app/html.js";
import { t } from "../app/locale.js";
import { cleanerAtHand, loadCleaner, wordsOf } from "./cleaning.js";
import { colourCode } from "./code.js";
import { drawFormulas, markFormulas } from "./formulas.js";

/**
 * One of `html` (which the server has cleaned), `markdown` and `text`.
 * @param {object} properties
 * @param {string | null} [properties.html]
 * @param {string | null} [properties.markdown]
 * @param {string | null} [properties.text] Shown as it is, but for formulas.
 * @param {number} [properties.level] Of its largest headings, 2 to 6, by what stands above it.
 * @param {boolean} [properties.inline] In a line of text: a `span`, and Markdown without paragraphs.
 * @param {string} [properties.classes]
 */
export function RichText({ html, markdown, text, level = 3, inline = false, classes = "" }) {
  /** @type {import("preact/hooks").MutableRef<HTMLElement | null>} */
  const box = useRef(null);
  useLayoutEffect(() => {
    let wanted = true;
    const show = (/** @type {DocumentFragment} */ content) => {
      if (!wanted || !box.current) return;
      box.current.replaceChildren(content);
      enrich(box.current);
    };
    const showHtml = (/** @type {import("./cleaning.js").Cleaner} */ clean) => show(prepared(clean(html ?? ""), { level, inline }));
    if (typeof html === "string") {
      const clean = cleanerAtHand();
      if (clean) showHtml(clean);
      else {
        box.current?.replaceChildren(wordsOf(html));
        loadCleaner().then(showHtml, ignore);
      }
    } else if (typeof markdown === "string") {
      box.current?.replaceChildren(markdown); // until it is read
      import("./markdown.js").then(({ asNodes }) => show(prepared(asNodes(markdown, { inline }), { level, inline, marked: true })), ignore);
    } else show(plain(text ?? ""));
    return () => {
      wanted = false;
    };
  }, [html, markdown, text, level, inline]);
  const isPlain = typeof html !== "string" && typeof markdown !== "string";
  const all = `rich ${isPlain ? "plain" : ""} ${classes}`;
  return inline ? draw`<span ref=${box} class=${all} dir="auto"></span>` : draw`<div ref=${box} class=${all} dir="auto"></div>`;
}

/** Without what would show its marks, a text can still be read. */
function ignore() {}

/** @param {string} text */
function plain(text) {
  const content = document.createDocumentFragment();
  content.append(text);
  markFormulas(content, { ofHtml: false });
  return content;
}

/**
 * @param {DocumentFragment} content
 * @param {{ level: number, inline?: boolean, marked?: boolean }} options `marked`: the formulas are marked already.
 */
function prepared(content, { level, inline = false, marked = false }) {
  if (!marked) markFormulas(content, { ofHtml: true });
  fitHeadings(content, level);
  if (inline) return content; // as in a button, in which nothing else can have the focus
  for (const head of content.querySelectorAll("th")) if (!head.textContent?.trim() && !head.querySelector("img")) asCell(head);
  for (const table of content.querySelectorAll("table")) {
    const frame = scrolling(document.createElement("div"), t("kit.table"));
    frame.className = "rich-table";
    table.replaceWith(frame);
    frame.append(table);
  }
  for (const code of content.querySelectorAll("pre")) scrolling(code, t("kit.code"));
  return content;
}

/** The corner of a table is no head of anything. @param {Element} head A `th` without words. */
function asCell(head) {
  const cell = document.createElement("td");
  for (const { name, value } of head.attributes) if (name !== "scope") cell.setAttribute(name, value);
  head.replaceWith(cell);
}

/**
 * Headings below what stands above the text, without gaps, whatever levels people took for their sizes.
 * @param {DocumentFragment} content
 * @param {number} level
 */
function fitHeadings(content, level) {
  const headings = [...content.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  const used = [...new Set(headings.map(({ tagName }) => tagName))].sort();
  let last = level - 1;
  for (const heading of headings) {
    last = Math.min(6, last + 1, level + used.indexOf(heading.tagName));
    const fitting = document.createElement(`h${last}`);
    fitting.replaceChildren(...heading.childNodes);
    heading.replaceWith(fitting);
  }
}

/**
 * What is wider than the page scrolls in itself, by keyboard too.
 * @template {HTMLElement} T
 * @param {T} element
 * @param {string} name
 */
function scrolling(element, name) {
  element.tabIndex = 0;
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", name);
  element.dir = element.tagName === "PRE" ? "ltr" : "auto";
  return element;
}

/** What is loaded only where there is something for it. @param {HTMLElement} element */
function enrich(element) {
  // Without its colours or its drawn formulas a text can still be read.
  Promise.all([drawFormulas(element), colourCode(element)]).catch(() => {});
}
