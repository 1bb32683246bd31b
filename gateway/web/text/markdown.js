// Markdown: CommonMark with tables and formulas. HTML in it is text.

import MarkdownIt from "../vendor/markdown-it/markdown-it.js";
import { finish, isMark, mayLead, mayShow } from "./allowed.js";
import { formulaAt } from "./formulas.js";

/** Signs that begin no formula, as that of a price; after more of them none is looked for. */
const MAX_MISSES = 500;

// As the server reads it (`actors/assessments/markdown.py`), but for HTML.
const reader = MarkdownIt("commonmark", { html: false }).enable(["table", "strikethrough"]);
reader.inline.ruler.before("escape", "formula", inlineFormula);
reader.block.ruler.before("fence", "formula_block", formulaBlock, { alt: ["paragraph", "blockquote", "list"] });
reader.renderer.rules.formula = (tokens, index) => {
  const { content, block, meta } = tokens[index];
  const formula = `<code class="formula${meta?.display ? " display" : ""}">${reader.utils.escapeHtml(content)}</code>`;
  return block ? `<p>${formula}</p>\n` : formula;
};

// The policy of the site forbids styles, also that of a column of numbers.
for (const cell of ["th_open", "td_open"]) {
  reader.renderer.rules[cell] = (tokens, index, options, _, renderer) => {
    const token = tokens[index];
    const way = alignmentOf(token);
    if (way) token.attrs = [["align", way]];
    return renderer.renderToken(tokens, index, options);
  };
}

/** Of a column. @param {any} token @returns {string | null} */
function alignmentOf(token) {
  return /text-align:(\w+)/.exec(String(token.attrGet("style")))?.[1] ?? null;
}

/**
 * @param {string} source
 * @param {{ inline?: boolean }} [options] Without paragraphs, as in an answer.
 * @returns {string} HTML that is still to be cleaned.
 */
export function asHtml(source, { inline = false } = {}) {
  return inline ? reader.renderInline(source) : reader.render(source);
}

/**
 * The same as nodes. Each is made of what it is, and nothing is read as HTML: there is nothing to clean.
 * @param {string} source
 * @param {{ inline?: boolean }} [options]
 */
export function asNodes(source, { inline = false } = {}) {
  const content = document.createDocumentFragment();
  append(content, inline ? reader.parseInline(source, {}) : reader.parse(source, {}));
  return content;
}

/**
 * @param {Node} root
 * @param {any[]} tokens
 */
function append(root, tokens) {
  let at = root;
  for (const token of tokens) {
    if (token.type === "inline") append(at, token.children);
    else if (token.nesting === 0) at.appendChild(leafOf(token));
    else if (!token.hidden) at = token.nesting > 0 ? at.appendChild(elementOf(token.tag, token)) : at.parentNode ?? root;
  }
}

/** @param {any} token */
function leafOf(token) {
  if (token.type === "softbreak") return document.createTextNode("\n");
  if (token.type === "hardbreak" || token.type === "hr") return document.createElement(token.tag);
  if (token.type === "image") return elementOf("img", token);
  if (token.type === "code_inline") return codeOf(token.content, "");
  if (token.type === "formula") return token.block ? within("p", formulaOf(token)) : formulaOf(token);
  if (token.type === "fence" || token.type === "code_block") return within("pre", codeOf(token.content, languageOf(token)));
  return document.createTextNode(token.content); // also whatever there is not, such as HTML
}

/** @param {any} token */
function formulaOf({ content, meta }) {
  return codeOf(content, meta?.display ? "formula display" : "formula");
}

/** @param {any} token */
function languageOf({ info }) {
  const [name] = reader.utils.unescapeAll(info).trim().split(/\s+/);
  return name ? `language-${name}` : "";
}

/**
 * @param {string} text
 * @param {string} mark
 */
function codeOf(text, mark) {
  const element = document.createElement("code");
  if (isMark(element, mark)) element.className = mark;
  element.textContent = text;
  return element;
}

/**
 * @param {string} tag
 * @param {Node} node
 */
function within(tag, node) {
  const element = document.createElement(tag);
  element.append(node);
  return element;
}

/** The elements of Markdown. @type {Set<string>} */
const TAGS = new Set("a blockquote em h1 h2 h3 h4 h5 h6 img li ol p s strong table tbody td th thead tr ul".split(" "));

/**
 * @param {string} tag
 * @param {any} token
 */
function elementOf(tag, token) {
  const element = document.createElement(TAGS.has(tag) ? tag : "span");
  const attribute = (/** @type {string} */ name) => token.attrGet(name);
  const put = (/** @type {string} */ name, /** @type {string | null} */ value) => value !== null && element.setAttribute(name, value);
  const [href, src] = [attribute("href"), attribute("src")];
  if (href !== null && mayLead(href)) put("href", href);
  if (src !== null && mayShow(src)) put("src", src);
  if (tag === "img") put("alt", reader.renderer.renderInlineAsText(token.children ?? [], reader.options, {}));
  put("title", attribute("title"));
  put("start", attribute("start"));
  put("align", alignmentOf(token));
  finish(element);
  return element;
}

/**
 * A formula within a line, before anything in it could be taken for emphasis.
 * @param {any} state
 * @param {boolean} silent
 */
function inlineFormula(state, silent) {
  const sign = state.src[state.pos];
  if ((sign !== "$" && sign !== "\\") || (state.env.misses ?? 0) > MAX_MISSES) return false;
  const found = formulaAt(state.src, state.pos);
  if (!found || state.pos + found.source.length > state.posMax) {
    state.env.misses = (state.env.misses ?? 0) + 1;
    return false;
  }
  if (!silent) {
    const token = state.push("formula", "code", 0);
    token.content = found.tex;
    token.meta = { display: found.display };
  }
  state.pos += found.source.length;
  return true;
}

/**
 * A formula on lines of its own, in which nothing begins a list or a heading.
 * @param {any} state
 * @param {number} from
 * @param {number} to
 * @param {boolean} silent
 */
function formulaBlock(state, from, to, silent) {
  const begin = state.bMarks[from] + state.tShift[from];
  const end = { $$: "$$", "\\[": "\\]" }[/** @type {string} */ (state.src.slice(begin, begin + 2))];
  const last = end ? lastLine(state, end, begin, from, to) : null;
  if (!end || last === null) return false;
  const tex = state.getLines(from, last + 1, state.blkIndent, false).trim().slice(2, -2).trim();
  if (tex === "" || tex.includes(end)) return false;
  if (silent) return true;
  const token = state.push("formula", "code", 0);
  token.block = true;
  token.content = tex;
  token.map = [from, last + 1];
  token.meta = { display: true };
  state.line = last + 1;
  return true;
}

/**
 * The line that ends a formula, before the next empty one.
 * @param {any} state
 * @param {string} end
 * @param {number} begin
 * @param {number} from
 * @param {number} to
 */
function lastLine(state, end, begin, from, to) {
  for (let line = from; line < to; line += 1) {
    const text = state.src.slice(line === from ? begin + 2 : state.bMarks[line], state.eMarks[line]).trimEnd();
    if (line > from && text === "") return null;
    if (text.endsWith(end)) return line;
  }
  return null;
}
