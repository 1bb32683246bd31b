// Questions from a file, or from a text: what was read and what was not is shown beside it, before anything is added.

import { useEffect, useRef, useState } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { Failure } from "../../app/graphql.js";
import { html } from "../../app/html.js";
import { formatBytes, formatNumber, t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { Chip } from "../../kit/chip.js";
import { Dialog } from "../../kit/dialog.js";
import { FileDrop } from "../../kit/file-drop.js";
import { CheckField, FormError, TextField, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { IMPORT_QUESTIONS, PREVIEW_QUESTIONS } from "../documents.js";
import { pastedText } from "./fields/list-field.js";
import { decoded, isText, packed } from "./packing.js";

/** As much as the server unpacks, and as much as it takes packed. */
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_PACKED = 1_500_000;
const PAUSE_MS = 500;
const NONE = { read: null, failure: null, reading: false, data: "" };

/**
 * @typedef {import("../documents.js").PreviewQuestionsMutation["previewQuestions"]} Read
 * @typedef {{ name: string, bytes: Uint8Array }} Taken A file that is not shown as text.
 * @typedef {{ read: Read | null, failure: Failure | null, reading: boolean, data: string }} Reading
 */

/**
 * @param {object} properties
 * @param {string} properties.quizId
 * @param {() => Promise<void>} properties.onAdded
 * @param {() => void} properties.onClose
 * @param {() => void} [properties.onCancel] Instead, where nothing was added.
 */
export function ImportDialog({ quizId, onAdded, onClose, onCancel = onClose }) {
  const [draft, setDraft, { discard }] = useDraft(`gift.${quizId}`, { text: "", idempotencyKey: "" });
  const [file, setFile] = useState(/** @type {Taken | null} */ (null));
  const [tooLarge, setTooLarge] = useState("");
  const { read, failure, reading, data } = useRead(quizId, file, draft.text);
  const [left, setLeft] = useState(/** @type {Set<number>} */ (new Set()));
  /** @type {import("preact/hooks").MutableRef<HTMLDivElement | null>} */
  const box = useRef(null);
  const tried = useRef({ what: "", idempotencyKey: "" });
  const setText = (/** @type {string} */ text) => setDraft({ text, idempotencyKey: randomId() });
  const take = async (/** @type {File[]} */ [chosen]) => {
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    setTooLarge("");
    if (isText(bytes)) {
      setFile(null);
      return setText(decoded(bytes));
    }
    const size = (await packed(bytes)).byteLength;
    if (size > MAX_PACKED) return setTooLarge(t("kit.file_too_large", { name: chosen.name, size: formatBytes(size), limit: formatBytes(MAX_PACKED) }));
    setFile({ name: chosen.name, bytes });
  };
  const paste = (/** @type {ClipboardEvent} */ event) => {
    if (event.clipboardData?.getData("text/plain")) return; // the browser does
    event.preventDefault();
    document.execCommand("insertText", false, pastedText(event));
  };
  useEffect(() => setLeft(new Set()), [read]);
  const only = (read?.questions ?? []).map((_, place) => place).filter((place) => !left.has(place));
  const adding = useSubmit(async () => {
    const what = `${file ? file.name : draft.idempotencyKey} ${data.length} ${only.join()}`;
    if (tried.current.what !== what) tried.current = { what, idempotencyKey: randomId() };
    const { importQuestions: added } = await request(IMPORT_QUESTIONS, { quizId, file: data, only, idempotencyKey: tried.current.idempotencyKey }, { repeatable: true });
    if (!file) discard();
    await onAdded();
    toast(t("quiz.added", { count: added.questionCount }));
    onClose();
  });
  const cancel = () => {
    if (onCancel !== onClose) discard(); // what it was for is gone
    onCancel();
  };
  const ready = only.length > 0 && !reading && !adding.busy;
  const footer = html`
    <button type="button" onClick=${cancel}>${t("kit.cancel")}</button>
    <button type="button" class="primary" aria-disabled=${ready ? undefined : "true"} onClick=${() => ready && adding.submit()}>${t("quiz.add_these", { count: only.length })}</button>
  `;
  const show = file ? null : (/** @type {number} */ line) => select(box.current, line);
  return html`
    <${Dialog} title=${t("quiz.import")} size="large" onClose=${cancel} footer=${footer}>
      <p class="muted">${t("quiz.import_text")}</p>
      <div class="import" ref=${box}>
        <div class="stack">
          <${FileDrop} label=${t("quiz.import_file")} maxBytes=${MAX_BYTES} error=${tooLarge} onFiles=${take} />
          ${file
            ? html`<p><${Chip} name=${file.name} onRemove=${() => setFile(null)}><bdi>${file.name}</bdi><//></p>`
            : html`<${TextField} label=${t("quiz.gift_text")} multiline class="gift-text" spellcheck=${false} rows="16" value=${draft.text} onChange=${setText} onPaste=${paste} />`}
        </div>
        <div class="stack" aria-busy=${reading ? "true" : undefined}>
          <${FormError} failure=${failure ?? adding.failure} />
          ${read && html`<${Findings} read=${read} left=${left} setLeft=${setLeft} show=${show} />`}
        </div>
      </div>
    <//>
  `;
}

/** @param {{ read: Read, left: Set<number>, setLeft: (left: Set<number>) => void, show: ((line: number) => void) | null }} properties */
function Findings({ read, left, setLeft, show }) {
  const choose = (/** @type {number} */ place, /** @type {boolean} */ on) => setLeft(new Set(on ? [...left].filter((each) => each !== place) : [...left, place]));
  return html`
    ${read.notes.length > 0 &&
    html`
      <h3>${t("quiz.file_notes", { count: read.notes.length })}</h3>
      <ul class="gift-lines">${together(read.notes).map(({ line, message, count }) => html`<li key=${message} class="warn"><${Place} format=${read.format} line=${line} show=${show} /> <span dir="auto">${message}</span>${count > 1 && html` <small class="muted">× ${formatNumber(count)}</small>`}</li>`)}</ul>
    `}
    <div role="status">
      <h3>${t("quiz.found", { count: read.questions.length })}</h3>
      <p class="muted">${t(`quiz.file_format.${read.format}`)}</p>
    </div>
    <ul class="gift-lines">
      ${read.questions.map((question, n) => html`
        <li key=${n} class="pick">
          <${CheckField} label=${html`<${Summary} question=${question} />`} checked=${!left.has(n)} onChange=${(/** @type {boolean} */ on) => choose(n, on)} />
          <${Place} format=${read.format} line=${question.line} show=${show} />
        </li>
      `)}
    </ul>
  `;
}

/**
 * The same sentence once, with the first line that it is about: a package may say it of each of its items.
 * @param {Read["notes"]} notes
 */
function together(notes) {
  /** @type {Map<string, { line: number, message: string, count: number }>} */
  const found = new Map();
  for (const { line, message } of notes) {
    const known = found.get(message);
    if (known) known.count++;
    else found.set(message, { line, message, count: 1 });
  }
  return [...found.values()];
}

/** @param {{ question: Read["questions"][number] }} properties */
function Summary({ question }) {
  return html`
    <span dir="auto">${question.questionText}</span> <small class="muted">${t(`enums.question_type.${question.type}`)}${question.picture && html` · ${t("quiz.with_picture", { name: question.picture })}`}</small>
  `;
}

/** @param {{ format: Read["format"], line: number, show: ((line: number) => void) | null }} properties */
function Place({ format, line, show }) {
  const name = t(format === "KAHOOT" ? "quiz.row" : format === "QTI" ? "quiz.item" : "quiz.line", { number: line });
  return show ? html`<button type="button" class="small" onClick=${() => show(line)}>${name}</button>` : html`<small class="muted">${name}</small>`;
}

/**
 * What is in the file, or in the text once the typing stops for a moment.
 * @param {string} quizId
 * @param {Taken | null} file
 * @param {string} text
 */
function useRead(quizId, file, text) {
  const [state, setState] = useState(/** @type {Reading} */ (NONE));
  useEffect(() => {
    if (!file && text.trim() === "") return void setState(NONE);
    const controller = new AbortController();
    setState((before) => ({ ...before, reading: true }));
    const timer = setTimeout(async () => {
      try {
        const data = base64(await packed(file ? file.bytes : new TextEncoder().encode(text)));
        const { previewQuestions: read } = await request(PREVIEW_QUESTIONS, { quizId, file: data }, { repeatable: true, signal: controller.signal });
        if (!controller.signal.aborted) setState({ read, failure: null, reading: false, data });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (!controller.signal.aborted) setState({ ...NONE, failure: error });
      }
    }, file ? 0 : PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [quizId, file, text]);
  return state;
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

/**
 * Select a line of the text, and show it.
 * @param {HTMLElement | null} box
 * @param {number} line
 */
function select(box, line) {
  const field = box?.querySelector("textarea");
  if (!field) return;
  const lines = field.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  field.focus();
  field.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  field.scrollTop = (field.scrollHeight / lines.length) * Math.max(0, line - 3);
}
