// Says of each module that is named what a parser finds in it: `test_site_chunks` compares.
//
// `undone` are comments that would be left out, but are none: parts of texts, say.
import { readFileSync } from "node:fs";
import { parse } from "acorn";

const COMMENT = /\/\*\*.*?\*\/[ \t]*|^[ \t]*\/\/[^\n]*$/gms;

/** @param {any} node @param {(node: any) => void} see */
function walk(node, see) {
  if (Array.isArray(node)) for (const each of node) walk(each, see);
  else if (node && typeof node.type === "string") {
    see(node);
    for (const value of Object.values(node)) if (value && typeof value === "object") walk(value, see);
  }
}

/** @param {any} declaration @returns {string[]} */
function declared(declaration) {
  return declaration.declarations?.map((/** @type {any} */ each) => each.id.name) ?? [declaration.id.name];
}

/** @param {string} path */
function found(path) {
  const text = readFileSync(path, "utf8");
  /** @type {any[]} */
  const comments = [];
  const tree = parse(text, { ecmaVersion: "latest", sourceType: "module", onComment: comments });
  /** @type {string[]} */
  const imports = [];
  /** @type {string[]} */
  const exports = [];
  /** @type {string[]} */
  const later = [];
  for (const node of /** @type {any[]} */ (tree.body)) {
    if (node.source) imports.push(node.source.value);
    if (node.type === "ExportDefaultDeclaration") exports.push("default");
    if (node.type === "ExportNamedDeclaration") exports.push(...(node.declaration ? declared(node.declaration) : node.specifiers.map((/** @type {any} */ each) => each.exported.name)));
  }
  walk(tree, (node) => node.type === "ImportExpression" && node.source.type === "Literal" && later.push(node.source.value));
  const within = (/** @type {RegExpExecArray} */ { index, 0: { length } }) => comments.some(({ start, end }) => start >= index && end <= index + length && text.slice(index, start).trim() === "" && text.slice(end, index + length).trim() === "");
  const undone = [...text.matchAll(COMMENT)].filter((comment) => !within(comment)).map(([comment]) => comment);
  return { imports, exports, later, undone, lines: text.split("\n").length };
}

process.stdout.write(JSON.stringify(process.argv.slice(2).map(found)));
