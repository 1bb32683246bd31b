// What is pasted from a page or a word processor, as Markdown: headings, lists, links, tables, emphasis.

import { mayLead } from "./allowed.js";
import { inert } from "./cleaning.js";

const BLOCKS = new Set("ADDRESS ARTICLE ASIDE BLOCKQUOTE DD DIV DL DT FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER LI MAIN NAV OL P PRE SECTION TABLE UL".split(" "));
const FORMATS = "h1, h2, h3, h4, h5, h6, ul, ol, table, blockquote, b, strong, i, em, a[href], p";
/** Editors of programs copy the colours of a text that is plain, and may be Markdown itself. */
const PLAIN = "div[style*='white-space: pre;'], div[style*='white-space:pre;']";
/** More than anybody pastes; what is longer is pasted as plain text. */
const MAX_HTML = 500_000;

/**
 * @param {string} html Of the clipboard.
 * @returns {string | null} Null if it has no formats, so that the plain text is all there is.
 */
export function markdownOf(html) {
  if (html === "" || html.length > MAX_HTML) return null;
  const content = inert(html);
  if (!content.querySelector(FORMATS) || content.querySelector(PLAIN)) return null;
  return blocksOf(content).join("\n\n").replace(/\n{3,}/g, "\n\n").trim();
}

/** Each block of a node as lines of Markdown. @param {Node} parent @returns {string[]} */
function blocksOf(parent) {
  const blocks = /** @type {string[]} */ ([]);
  let line = "";
  const end = () => {
    const text = line.replace(/[ \t]*\n[ \t]*/g, "\n").trim();
    if (text) blocks.push(text);
    line = "";
  };
  for (const node of parent.childNodes) {
    if (!(node instanceof Element) || !isBlock(node)) line += wordsOf(node);
    else {
      end();
      blocks.push(...blockOf(node));
    }
  }
  end();
  return blocks;
}

/** Some programs have paragraphs inside of what else is part of a line. @param {Element} element */
function isBlock(element) {
  return BLOCKS.has(element.tagName) || [...element.children].some((each) => BLOCKS.has(each.tagName));
}

/** @param {Element} element @returns {string[]} */
function blockOf(element) {
  const { tagName } = element;
  if (/^H[1-6]$/.test(tagName)) return filled([`${"#".repeat(Number(tagName[1]))} ${wordsOf(element).replace(/\s+/g, " ").trim()}`]);
  if (tagName === "UL" || tagName === "OL") return filled([listOf(element)]);
  if (tagName === "BLOCKQUOTE") return filled([indented(blocksOf(element).join("\n\n"), "> ")]);
  if (tagName === "PRE") return [`\`\`\`\n${(element.textContent ?? "").replace(/\n$/, "")}\n\`\`\``];
  if (tagName === "TABLE") return filled([tableOf(/** @type {HTMLTableElement} */ (element))]);
  return blocksOf(element);
}

/** @param {string[]} blocks */
function filled(blocks) {
  return blocks.filter((each) => each.replace(/[#>\s]/g, "") !== "");
}

/** @param {Element} list @returns {string} */
function listOf(list) {
  let number = Number(list.getAttribute("start") ?? 1) || 1;
  const items = [...list.children].map((item) => {
    const mark = list.tagName === "OL" ? `${number++}. ` : "- ";
    const text = item.tagName === "LI" ? blocksOf(item).join("\n") : listsOf(item);
    return mark + indented(text, " ".repeat(mark.length)).trimStart();
  });
  return items.join("\n");
}

/** A list right inside of a list, as word processors have it. @param {Element} item @returns {string} */
function listsOf(item) {
  return item.tagName === "UL" || item.tagName === "OL" ? listOf(item) : blocksOf(item).join("\n");
}

/** @param {HTMLTableElement} table */
function tableOf(table) {
  const rows = [...table.rows].map((row) => [...row.cells].map((cell) => blocksOf(cell).join(" ").replace(/\s+/g, " ").replaceAll("|", "\\|")));
  const [head, ...others] = rows;
  if (!head) return "";
  return [head, head.map(() => "---"), ...others].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** @param {string} text @param {string} before Every line of it. */
function indented(text, before) {
  return text.split("\n").map((line) => (before + line).trimEnd()).join("\n");
}

/** A node within a line. @param {Node} node @returns {string} */
function wordsOf(node) {
  if (node instanceof Text) return escaped(node.data.replace(/[\s\u00a0]+/g, " "));
  if (!(node instanceof Element)) return "";
  if (node.tagName === "BR") return "\n";
  if (node.tagName === "CODE") return node.textContent ? `\`${node.textContent}\`` : "";
  const words = [...node.childNodes].map(wordsOf).join("");
  if (words.trim() === "") return words;
  const href = node.getAttribute("href") ?? "";
  if (node.tagName === "A" && mayLead(href) && !href.startsWith("#")) return `[${words.trim()}](<${href.replaceAll(/[<>\s]/g, encodeURIComponent)}>)`;
  const weight = /** @type {HTMLElement} */ (node).style?.fontWeight ?? "";
  if (node.tagName === "STRONG" || (node.tagName === "B" && weight !== "normal")) return around(words, "**");
  if (node.tagName === "EM" || node.tagName === "I") return around(words, "*");
  return words;
}

/** Marks stand at the words, and not at spaces. @param {string} words @param {string} mark */
function around(words, mark) {
  return words.replace(/^(\s*)([^]*?)(\s*)$/, (_, before, text, after) => `${before}${mark}${text}${mark}${after}`);
}

/** So that nothing in it is a mark. @param {string} text */
function escaped(text) {
  return text.replace(/[\\`*_[\]]/g, "\\$&").replace(/^(\s*)(#{1,6}\s|>|[-+]\s|\d+[.)]\s)/, "$1\\$2");
}
