// Code in colours. The highlighter and the grammar of a language come with the first code that is in it.

import { loadStyles } from "../app/styles.js";
import { isMark } from "./allowed.js";

const MAX_CODE = 20_000;
const MARK = '<span class="';
/** @type {Record<string, string>} */
const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };
/** @type {Record<string, string>} What people call a language, and the grammar's file. */
const GRAMMARS = {
  bash: "bash", sh: "bash", shell: "bash", c: "c", h: "c", cpp: "cpp", "c++": "cpp", cs: "csharp", csharp: "csharp", "c#": "csharp", css: "css",
  haskell: "haskell", hs: "haskell", java: "java", javascript: "javascript", js: "javascript", json: "json", kotlin: "kotlin", kt: "kotlin",
  matlab: "matlab", php: "php", python: "python", py: "python", r: "r", rust: "rust", rs: "rust", sql: "sql", typescript: "typescript", ts: "typescript",
  xml: "xml", html: "xml", svg: "xml",
};

/**
 * Colour the code below an element whose language is said and known.
 * @param {Element} root
 */
export async function colourCode(root) {
  for (const element of root.querySelectorAll("pre > code[class^=language-]")) {
    const grammar = GRAMMARS[element.className.slice("language-".length).toLowerCase()];
    const code = element.textContent ?? "";
    if (!grammar || code.length > MAX_CODE) continue;
    const highlighter = await highlighterFor(grammar);
    element.replaceChildren(coloured(highlighter.highlight(code, { language: grammar, ignoreIllegals: true }).value));
  }
}

/**
 * What the highlighter writes as HTML: marks around text, in which five signs have names. Nothing else
 * of HTML is known here, so whatever it were, it would be text.
 * @param {string} written
 */
function coloured(written) {
  const content = document.createDocumentFragment();
  /** @type {Node} */
  let at = content;
  for (const part of written.split(/(<span class="[^"<>]*">|<\/span>)/)) {
    if (part === "</span>") at = at.parentNode ?? content;
    else if (part.startsWith(MARK)) {
      const mark = document.createElement("span");
      const name = part.slice(MARK.length, -2);
      if (isMark(mark, name)) mark.className = name;
      at = at.appendChild(mark);
    } else at.appendChild(document.createTextNode(part.replace(/&(amp|lt|gt|quot|#x27);/g, (_, name) => NAMED[name])));
  }
  return content;
}

/** @param {string} grammar */
async function highlighterFor(grammar) {
  const [{ default: highlighter }] = await Promise.all([import("../vendor/highlight/core.min.js"), loadStyles("text/code.css")]);
  if (!highlighter.getLanguage(grammar)) {
    const language = await import(`../vendor/highlight/languages/${grammar}.min.js`);
    highlighter.registerLanguage(grammar, language.default);
  }
  return highlighter;
}
