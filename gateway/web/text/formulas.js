// Formulas in TeX: where they are in a text, and how they are drawn. KaTeX comes with the first one, and
// what it needs for chemistry with the first that has some.

import { loadStyles } from "../app/styles.js";

/** Bounds the search for an end too, which begins at every sign. */
const MAX_TEX = 2_000;
const BRACKETS = [
  String.raw`\\\((?!\s*\\\))(?<round>(?:[^\\]|\\[^)]){1,${MAX_TEX}}?)\\\)`,
  String.raw`\\\[(?!\s*\\\])(?<square>(?:[^\\]|\\[^\]]){1,${MAX_TEX}}?)\\\]`,
  String.raw`(?<!\\)\$\$(?!\s*\$\$)(?<double>(?:[^$\\]|\\.){1,${MAX_TEX}}?)\$\$`,
];
// As in Pandoc: no space inside, and no digit behind, so that prices are none.
const DOLLARS = String.raw`(?<![\\$])\$(?<single>(?![\s$])(?:[^$\\\n]|\\.){1,${MAX_TEX}}?(?<!\s))\$(?![\d$])`;
const IN_HTML = new RegExp(BRACKETS.join("|"), "gs");
const IN_TEXT = new RegExp([...BRACKETS, DOLLARS].join("|"), "gs");
const HERE = new RegExp(IN_TEXT.source, "sy");
/** Formulas of substances, and numbers with units. */
const CHEMISTRY = /\\(?:ce|pu)(?![A-Za-z])/;
const HAS_SIGN = /\$|\\[([]/;

/** @typedef {{ tex: string, display: boolean, source: string }} Formula */

/**
 * A text in parts, of which some are formulas: `$$…$$`, `\(…\)`, `\[…\]`, and `$…$` unless it is
 * of HTML, where a dollar sign is no more than that.
 * @param {string} text
 * @param {{ ofHtml?: boolean }} [options]
 * @returns {({ text: string } | Formula)[]}
 */
export function parts(text, { ofHtml = false } = {}) {
  if (!HAS_SIGN.test(text)) return [{ text }];
  const written = (/** @type {string} */ between) => ({ text: ofHtml ? between : between.replaceAll("\\$", "$") });
  /** @type {({ text: string } | Formula)[]} */
  const found = [];
  let at = 0;
  for (const match of text.matchAll(ofHtml ? IN_HTML : IN_TEXT)) {
    if (match.index > at) found.push(written(text.slice(at, match.index)));
    found.push(formulaOf(match));
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push(written(text.slice(at)));
  return found;
}

/**
 * The formula that begins at a place of a text.
 * @param {string} text
 * @param {number} at
 * @returns {Formula | null}
 */
export function formulaAt(text, at) {
  HERE.lastIndex = at;
  const match = HERE.exec(text);
  return match && formulaOf(match);
}

/** @param {RegExpExecArray} match @returns {Formula} */
function formulaOf(match) {
  const { round, square, double, single } = match.groups ?? {};
  return { tex: round ?? square ?? double ?? single, display: (square ?? double) !== undefined, source: match[0] };
}

/**
 * Mark the formulas in a text's nodes as `<code class="formula">`, which `drawFormulas` draws. Code stays as it is.
 * @param {Node} root
 * @param {{ ofHtml: boolean }} options
 */
export function markFormulas(root, options) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const texts = [];
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    if (HAS_SIGN.test(node.data) && !node.parentElement?.closest("code, pre, kbd, samp")) texts.push(node);
  }
  for (const node of texts) node.replaceWith(...parts(node.data, options).map(nodeOf));
}

/** @param {{ text: string } | Formula} part */
function nodeOf(part) {
  if ("text" in part) return document.createTextNode(part.text);
  const element = document.createElement("code");
  element.className = part.display ? "formula display" : "formula";
  element.textContent = part.tex;
  return element;
}

/**
 * Draw the marked formulas below an element. One that cannot be read stays in TeX, and says why.
 * @param {Element} root
 */
export async function drawFormulas(root) {
  const marked = root.querySelectorAll("code.formula");
  if (marked.length === 0) return;
  const hasChemistry = [...marked].some(({ textContent }) => CHEMISTRY.test(textContent ?? ""));
  const library = hasChemistry ? import("../vendor/katex/mhchem.js") : import("../vendor/katex/katex.js");
  const [{ default: katex }] = await Promise.all([library, loadStyles("vendor/katex/katex.min.css")]);
  for (const element of marked) {
    const tex = element.textContent ?? "";
    const display = element.classList.contains("display");
    const drawn = document.createElement("span");
    drawn.className = display ? "formula display" : "formula";
    drawn.dir = "ltr";
    try {
      katex.render(tex, drawn, { displayMode: display, throwOnError: true, strict: false, trust: false, maxSize: 20, maxExpand: 300 });
      element.replaceWith(drawn);
    } catch (error) {
      element.classList.add("wrong");
      element.setAttribute("title", error instanceof Error ? error.message : "");
    }
  }
}
