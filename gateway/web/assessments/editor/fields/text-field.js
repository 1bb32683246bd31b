// A text in the format of its question: as it is, Markdown with a toolbar, or the HTML of an import.

import { html } from "../../../app/html.js";
import { TextField } from "../../../kit/form.js";
import { MarkdownEditor } from "../../../text/editor.js";

/**
 * @param {object} properties
 * @param {string} properties.label
 * @param {string} [properties.hint]
 * @param {import("../form.js").Format} properties.format
 * @param {string} properties.value
 * @param {(text: string) => void} properties.onChange
 * @param {number} properties.maxLength
 * @param {number} [properties.rows]
 */
export function FormattedField({ format, rows = 4, maxLength, ...more }) {
  if (format === "MARKDOWN") return html`<${MarkdownEditor} ...${more} rows=${rows} maxLength=${maxLength} />`;
  return html`<${TextField} ...${more} multiline rows=${rows} class="short-text" />`;
}
