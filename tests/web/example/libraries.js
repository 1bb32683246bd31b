// The libraries in vendor/ have the types of their packages. It is never run.
import MarkdownIt from "../../../gateway/web/vendor/markdown-it/markdown-it.js";
import DOMPurify from "../../../gateway/web/vendor/dompurify/purify.js";
import katex from "../../../gateway/web/vendor/katex/katex.js";
import hljs from "../../../gateway/web/vendor/highlight/core.min.js";
import { createClient } from "../../../gateway/web/vendor/graphql-ws/graphql-ws.js";
import { io } from "../../../gateway/web/vendor/socket.io.esm.min.js";

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
export async function wellTyped(element, text) {
  const name = "python";
  const language = await import(`../../../gateway/web/vendor/highlight/languages/${name}.min.js`);
  hljs.registerLanguage(name, language.default);
  katex.render(text, element, { throwOnError: false });
  createClient({ url: "/graphql" }).dispose();
  io("/").disconnect();
  /** @type {string} */
  const clean = DOMPurify.sanitize(MarkdownIt("commonmark").render(text));
  return hljs.highlight(clean, { language: name }).value;
}

export function illTyped() {
  // @ts-expect-error: it takes text
  DOMPurify.sanitize(1);
  // @ts-expect-error: it takes a text and an element
  katex.render("x");
  // @ts-expect-error: it takes text
  MarkdownIt().render(1);
  // @ts-expect-error: it needs an address
  createClient({});
  // @ts-expect-error: no such method
  hljs.colour("x");
  // @ts-expect-error: it takes text
  io(1, 2);
}
