// Markdown with a toolbar, keys, and the text as it will look.
//
//   <${MarkdownEditor} label="Lesson" value=${text} onChange=${setText} maxLength=${50_000} />

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { announce } from "../app/announcer.js";
import { html } from "../app/html.js";
import { formatNumber, t } from "../app/locale.js";
import { loadStyles } from "../app/styles.js";
import { edited, withPicture } from "./editing.js";
import { markdownOf } from "./pasted.js";
import { RichText } from "./rich-text.js";
import { Toolbar } from "./toolbar.js";

const PAUSE_MS = 150;
/** The share of the length from which on it is said what is left. */
const NEARLY_FULL = 0.9;
/** @type {Record<string, import("./editing.js").Deed>} */
const KEYS = { b: "bold", i: "italic", k: "link", e: "code", m: "formula" };
/** @type {Partial<Record<import("./editing.js").Deed, import("../app/locale.js").Word>>} */
const SAMPLES = { link: "kit.sample_link", code: "kit.sample_code", formula: "kit.sample_formula" };

/**
 * Whatever the toolbar does, the browser's undo takes back.
 * @param {object} properties
 * @param {string} properties.label
 * @param {string} properties.value
 * @param {(text: string) => void} properties.onChange
 * @param {number} [properties.maxLength] More may be typed, but is said to be too much: nothing is cut off.
 * @param {(file: File) => Promise<{ url: string, alt?: string }>} [properties.onPicture] Keeps a picture that is chosen, dropped or pasted.
 * @param {string} [properties.hint]
 * @param {string} [properties.error]
 * @param {number} [properties.rows]
 * @param {string} [properties.name]
 * @param {boolean} [properties.required]
 */
export function MarkdownEditor({ label, value, onChange, maxLength, onPicture, hint, error = "", rows = 10, name, required = false }) {
  const id = useId();
  const [view, setView] = useState(/** @type {"write" | "both" | "read"} */ ("write"));
  /** @type {import("preact/hooks").MutableRef<HTMLTextAreaElement | null>} */
  const field = useRef(null);
  const pictures = usePictures(field, onPicture);
  useEffect(() => void loadStyles("text/editor.css"), []);

  const act = (/** @type {import("./editing.js").Deed} */ deed) => {
    if (field.current) put(field.current, edited(selectionOf(field.current), deed, t(SAMPLES[deed] ?? "kit.sample_text")));
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const deed = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey ? KEYS[event.key.toLowerCase()] : undefined;
    if (!deed) return;
    event.preventDefault();
    act(deed);
  };
  const length = [...value].length;
  const isLong = maxLength !== undefined && length > maxLength * NEARLY_FULL;
  const wrong = error || (maxLength !== undefined && length > maxLength ? t("kit.too_long", { count: length - maxLength }) : "") || pictures.failed;
  return html`
    <div class="field editor">
      <label for=${id}>${label}</label>
      <div class="editor-box" data-view=${view}>
        <${Toolbar} controls=${id} view=${view} onView=${setView} onDeed=${act} onPicture=${onPicture && pictures.take} />
        <div class="editor-panes">
          <textarea id=${id} ref=${field} name=${name} required=${required} hidden=${view === "read"} dir="auto" rows=${rows} value=${value} spellcheck=${true} aria-invalid=${wrong ? "true" : undefined} aria-describedby=${`${id}-hint ${id}-error`} onInput=${(/** @type {any} */ event) => onChange(event.target.value)} onKeyDown=${onKeyDown} onPaste=${pictures.paste} onDragOver=${pictures.over} onDrop=${pictures.drop}></textarea>
          ${view !== "write" && html`<${Preview} text=${value} />`}
        </div>
      </div>
      <p class="hint-line" id=${`${id}-hint`}>${hint} ${isLong && `${formatNumber(length)} / ${formatNumber(Number(maxLength))}`} ${pictures.busy && t("kit.uploading")}</p>
      <p class="error" role="alert" id=${`${id}-error`}>${wrong}</p>
    </div>
  `;
}

/** Read anew once the typing stops for a moment. @param {{ text: string }} properties */
function Preview({ text }) {
  const [shown, setShown] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setShown(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return html`<div class="editor-preview" role="region" aria-label=${t("kit.preview")} tabindex="0">${shown.trim() === "" ? html`<p class="muted">${t("kit.preview_empty")}</p>` : html`<${RichText} markdown=${shown} />`}</div>`;
}

/** @param {HTMLTextAreaElement} field */
function selectionOf(field) {
  return { text: field.value, start: field.selectionStart, end: field.selectionEnd };
}

/**
 * Type a change, so that the browser keeps its history; where that is not possible, set it.
 * @param {HTMLTextAreaElement} field
 * @param {import("./editing.js").Selection} next
 */
function put(field, next) {
  const [before, after] = [field.value, next.text];
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - same && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  field.focus();
  field.setSelectionRange(same, before.length - tail);
  const typed = after.slice(same, after.length - tail);
  const done = typed ? document.execCommand("insertText", false, typed) : document.execCommand("delete");
  if (!done || field.value !== after) {
    field.value = after;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  field.setSelectionRange(next.start, next.end);
}

/**
 * Pictures that are chosen, dropped or pasted.
 * @param {import("preact/hooks").MutableRef<HTMLTextAreaElement | null>} field
 * @param {((file: File) => Promise<{ url: string, alt?: string }>) | undefined} keep
 */
function usePictures(field, keep) {
  const [state, setState] = useState({ busy: false, failed: "" });
  const take = async (/** @type {File} */ file) => {
    if (!keep) return;
    setState({ busy: true, failed: "" });
    try {
      const { url, alt } = await keep(file);
      if (field.current) put(field.current, withPicture(selectionOf(field.current), url, alt ?? t("kit.picture_alt")));
      announce(t("kit.picture_added"));
      setState({ busy: false, failed: "" });
    } catch (error) {
      setState({ busy: false, failed: error instanceof Error ? error.message : String(error) });
    }
  };
  const from = (/** @type {DataTransfer | null} */ data, /** @type {Event} */ event) => {
    const file = [...(data?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (!file || !keep) return;
    event.preventDefault();
    take(file);
  };
  return {
    ...state,
    take,
    /** Of a text with formats, its Markdown: of the plain one every program makes lines of its own. */
    paste: (/** @type {ClipboardEvent} */ event) => {
      from(event.clipboardData, event);
      if (event.defaultPrevented || !field.current) return;
      const markdown = markdownOf(event.clipboardData?.getData("text/html") ?? "");
      if (markdown === null) return;
      event.preventDefault();
      document.execCommand("insertText", false, markdown);
    },
    over: (/** @type {DragEvent} */ event) => keep && event.dataTransfer?.types.includes("Files") && event.preventDefault(),
    drop: (/** @type {DragEvent} */ event) => from(event.dataTransfer, event),
  };
}
