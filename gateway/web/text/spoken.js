// Texts as a voice reads them: formulas as signs that voices know, code as it is, pictures by what is said of them.

import { cleanerAtHand, inert } from "./cleaning.js";
import { markFormulas } from "./formulas.js";

const BLOCKS = new Set("BLOCKQUOTE DD DIV DL DT FIGCAPTION FIGURE H1 H2 H3 H4 H5 H6 HR LI OL P PRE TABLE TR UL".split(" "));
const MAX_NESTED = 8;

/** @type {Record<string, string>} */
const SIGNS = {
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", Delta: "Δ", epsilon: "ε", varepsilon: "ε", eta: "η", theta: "θ", kappa: "κ", lambda: "λ", mu: "μ", nu: "ν",
  pi: "π", rho: "ρ", sigma: "σ", Sigma: "Σ", tau: "τ", phi: "φ", varphi: "φ", chi: "χ", psi: "ψ", omega: "ω", Omega: "Ω",
  cdot: "·", times: "×", div: "÷", pm: "±", le: "≤", leq: "≤", ge: "≥", geq: "≥", ne: "≠", neq: "≠", approx: "≈", equiv: "≡", infty: "∞", sum: "∑", int: "∫",
  to: "→", rightarrow: "→", Rightarrow: "⇒", in: "∈", notin: "∉", subset: "⊂", cup: "∪", cap: "∩", emptyset: "∅", degree: "°", circ: "°", ldots: "…", dots: "…", cdots: "…",
  "%": "%", "{": "{", "}": "}", "$": "$", "#": "#", "&": "&", _: "_",
};
const POWERS = new Map([..."0123456789+-n"].map((each, n) => [each, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ"[n]]));
const WORDLESS = new Set(["left", "right", "big", "Big", "bigl", "bigr", "displaystyle", "limits", ",", ";", ":", "!", "quad", "qquad", " ", "\\"]);
const WRAPPERS = new Set(["text", "mathrm", "mathbf", "mathit", "mathsf", "operatorname", "textbf", "textit", "vec", "overline", "bar", "hat"]);

/**
 * A formula in TeX as a line of signs, such as `(a + b) ÷ 2` and `x²`. It is heard, not seen: what has
 * no sign is left as its name.
 * @param {string} tex
 * @param {number} [depth]
 * @returns {string}
 */
export function spokenFormula(tex, depth = 0) {
  if (depth > MAX_NESTED) return tex;
  let at = 0;
  const inner = (/** @type {string} */ part) => spokenFormula(part, depth + 1);
  /** The next group in braces, command or character. */
  const argument = () => {
    while (tex[at] === " ") at += 1;
    if (tex[at] === "\\") {
      const [command] = /^\\(?:[A-Za-z]+|.?)/s.exec(tex.slice(at)) ?? [""];
      at += command.length;
      return command;
    }
    if (tex[at] !== "{") return tex[at++] ?? "";
    const begin = (at += 1);
    for (let open = 1; at < tex.length; at += 1) {
      if (tex[at] === "\\") at += 1;
      else if (tex[at] === "{") open += 1;
      else if (tex[at] === "}" && (open -= 1) === 0) break;
    }
    return tex.slice(begin, at++);
  };
  let said = "";
  while (at < tex.length) {
    const sign = tex[at];
    if (sign === "\\") said += command(argument().slice(1), () => inner(argument()), () => optional(tex, at, (end) => (at = end)));
    else if (sign === "^") (at += 1), (said += power(inner(argument())));
    else if (sign === "_") (at += 1), (said += ` ${inner(argument())}`);
    else if (sign === "{") said += inner(argument());
    else (at += 1), (said += sign === "&" || sign === "~" || sign === "}" ? " " : sign);
  }
  return said.replace(/\s+/g, " ").trim();
}

/**
 * @param {string} name
 * @param {() => string} argument
 * @param {() => string} option
 */
function command(name, argument, option) {
  if (name === "frac" || name === "dfrac" || name === "tfrac") return ` ${grouped(argument())} ÷ ${grouped(argument())} `;
  if (name === "sqrt") {
    const root = option();
    return ` ${root ? power(root) : ""}√${grouped(argument())} `;
  }
  if (WRAPPERS.has(name)) return ` ${argument()} `;
  if (WORDLESS.has(name)) return " ";
  return ` ${SIGNS[name] ?? name} `;
}

/** What stands in square brackets here. @param {string} tex @param {number} at @param {(end: number) => void} skip */
function optional(tex, at, skip) {
  const [whole, found] = /^\s*\[([^\]]*)\]/.exec(tex.slice(at)) ?? [];
  if (whole === undefined) return "";
  skip(at + whole.length);
  return found;
}

/** @param {string} said */
function grouped(said) {
  return /^[\p{L}\p{N}.,]*$/u.test(said) ? said : `(${said})`;
}

/** @param {string} said */
function power(said) {
  if (said === "°") return "°";
  const raised = [...said].map((each) => POWERS.get(each));
  return raised.every(Boolean) ? raised.join("") : ` ^ ${grouped(said)}`;
}

/**
 * The text that a voice reads, in pieces of one language each.
 * @param {{ html?: string | null, text?: string | null }} written
 * @returns {{ text: string, lang: string }[]} `lang` is empty where the author has not said it.
 */
export function spokenText({ html, text }) {
  const root = typeof html === "string" ? (cleanerAtHand() ?? inert)(html) : document.createDocumentFragment();
  if (typeof html !== "string") root.append(text ?? "");
  markFormulas(root, { ofHtml: typeof html === "string" });
  /** @type {{ text: string, lang: string }[]} */
  const pieces = [];
  gather(root, "", pieces);
  return pieces.map((piece) => ({ ...piece, text: tidy(piece.text) })).filter((piece) => piece.text !== "");
}

/**
 * @param {Node} node
 * @param {string} lang
 * @param {{ text: string, lang: string }[]} pieces
 */
function gather(node, lang, pieces) {
  const say = (/** @type {string} */ words) => {
    const last = pieces.at(-1);
    if (last && last.lang === lang) last.text += words;
    else pieces.push({ text: words, lang });
  };
  for (const child of node.childNodes) {
    if (child instanceof Text) say(child.data);
    else if (child instanceof HTMLImageElement) say(` ${child.alt} `);
    else if (child instanceof Element && child.matches("code.formula")) say(` ${spokenFormula(child.textContent ?? "")} `);
    else if (child instanceof HTMLBRElement) say("\n");
    else if (child instanceof Element) {
      const isBlock = BLOCKS.has(child.tagName);
      if (isBlock) say("\n");
      gather(child, child.getAttribute("lang") ?? lang, pieces);
      say(isBlock ? "\n" : child.matches("td, th") ? ", " : "");
    }
  }
}

/** Lines become sentences, so that there is a pause between them. @param {string} words */
function tidy(words) {
  return words
    .split("\n")
    .map((line) => line.replace(/\s+/g, " ").replace(/ (?=[?!.,;:])/g, "").trim())
    .filter(Boolean)
    .map((line) => (/[\p{L}\p{N})²³]$/u.test(line) ? `${line}.` : line))
    .join(" ")
    .replace(/^(.*[^.])\.$/s, "$1");
}

/** @type {[RegExp, string][]} */
const SCRIPTS = [
  [/\p{Script=Arabic}/gu, "ar"], [/\p{Script=Hebrew}/gu, "he"], [/\p{Script=Greek}/gu, "el"], [/\p{Script=Cyrillic}/gu, "ru"],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, "ja"], [/\p{Script=Hangul}/gu, "ko"], [/\p{Script=Han}/gu, "zh"],
  [/\p{Script=Devanagari}/gu, "hi"], [/\p{Script=Thai}/gu, "th"],
];

/**
 * The language of a text: as its author has said, or as its letters tell, or else the page's.
 * @param {{ text: string, lang: string }} piece
 * @param {string} page
 */
export function languageOf({ text, lang }, page) {
  if (lang) return lang;
  const letters = (text.match(/\p{L}/gu) ?? []).length;
  for (const [script, found] of SCRIPTS) if (letters > 0 && (text.match(script) ?? []).length * 2 > letters) return found;
  const isLatin = (text.match(/\p{Script=Latin}/gu) ?? []).length * 2 > letters;
  if (!isLatin || page !== "ar") return page;
  return navigator.languages.find((each) => !each.startsWith("ar")) ?? "en";
}
