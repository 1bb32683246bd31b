// Files, dropped or chosen. What is too large or of another kind is refused before it is read.
//
//   <${FileDrop} label="import" accept=".gift,.txt" maxBytes=${512 * 1024} onFiles=${([file]) => read(file)} progress=${progress} />

import { useId, useState } from "preact/hooks";
import { html } from "../app/html.js";
import { formatBytes, t } from "../app/locale.js";
import { Icon } from "./icon.js";
import { Progress } from "./progress.js";

/** Of the files that are refused at once. */
const MOST_NAMED = 5;

/**
 * @param {object} properties
 * @param {string} properties.label
 * @param {(files: File[]) => void} properties.onFiles Only files that may be taken.
 * @param {number} [properties.maxBytes] Of each file; without it, the server says what is too large.
 * @param {string} [properties.accept] As of an `input`: endings and media types, `image/*,.pdf`.
 * @param {boolean} [properties.multiple] Of several, those that may be taken are, and the others named.
 * @param {string} [properties.hint]
 * @param {string} [properties.error] Why the last file was not taken, in the page's words.
 * @param {number | null} [properties.progress] How far the upload is, between 0 and 1; null while nobody knows.
 */
export function FileDrop({ label, onFiles, maxBytes = Infinity, accept = "", multiple = false, hint, error = "", progress }) {
  const id = useId();
  const [refused, setRefused] = useState("");
  const [over, setOver] = useState(false);
  const busy = progress !== undefined;
  const take = (/** @type {Iterable<File>} */ list, /** @type {string[]} */ folders = []) => {
    setOver(false);
    const files = [...list].filter(({ name }) => !folders.includes(name));
    if (busy || files.length + folders.length === 0) return;
    const { taken, reason } = sorted(files, { accept, maxBytes, multiple });
    setRefused([...folders.map((name) => t("kit.folder_dropped", { name })), reason].filter(Boolean).join(" "));
    if (taken.length > 0) onFiles(taken);
  };
  const wrong = refused || error;
  const limits = maxBytes === Infinity ? "" : t("kit.file_limit", { size: formatBytes(maxBytes) });
  return html`
    <div class="field">
      <div
        class=${`drop ${over ? "over" : ""}`}
        onDragOver=${(/** @type {DragEvent} */ event) => { event.preventDefault(); setOver(!busy); }}
        onDragLeave=${() => setOver(false)}
        onDrop=${(/** @type {DragEvent} */ event) => { event.preventDefault(); take(event.dataTransfer?.files ?? [], foldersIn(event.dataTransfer)); }}
      >
        <span class="drop-sign" aria-hidden="true"><${Icon} name="upload" /></span>
        <span id=${`${id}-name`} class="drop-name">${label}</span>
        <p class="muted">${t(multiple ? "kit.drop_files" : "kit.drop_file")}</p>
        <${FileButton} text=${t(multiple ? "kit.choose_files" : "kit.choose_file")} namedBy=${`${id}-name`} accept=${accept} multiple=${multiple} disabled=${busy} wrong=${wrong !== ""} describedBy=${`${id}-hint ${id}-error`} onFiles=${take} />
        <p class="hint-line" id=${`${id}-hint`}>${hint} ${limits}</p>
      </div>
      ${busy && html`<${Progress} label=${t("kit.uploading")} value=${progress} />`}
      <p class="error" role="alert" id=${`${id}-error`}>${busy ? "" : wrong}</p>
    </div>
  `;
}

/**
 * A button that opens the system's choice of files.
 * @param {object} properties
 * @param {string} properties.text
 * @param {(files: File[]) => void} properties.onFiles
 * @param {string} [properties.label] For screen readers, in the place of `text`.
 * @param {string} [properties.namedBy] The id of what is read before `text`.
 * @param {string} [properties.describedBy]
 * @param {string} [properties.accept]
 * @param {boolean} [properties.multiple]
 * @param {boolean} [properties.disabled]
 * @param {boolean} [properties.wrong]
 */
export function FileButton({ text, onFiles, label, namedBy, describedBy, accept = "", multiple = false, disabled = false, wrong = false }) {
  const id = useId();
  const chosen = (/** @type {any} */ event) => {
    const files = [...event.target.files];
    event.target.value = ""; // the same file may be chosen again, once it is mended
    onFiles(files);
  };
  return html`
    <label class="button small file-button" id=${id} aria-disabled=${disabled ? "true" : undefined}>
      ${text}
      <input class="sr-only" type="file" aria-label=${label} aria-labelledby=${label ? undefined : `${namedBy ?? ""} ${id}`} accept=${accept || undefined} multiple=${multiple} disabled=${disabled} aria-invalid=${wrong ? "true" : undefined} aria-describedby=${describedBy} onChange=${chosen} />
    </label>
  `;
}

/** The names of the folders among what was dropped, which a browser gives as files that nobody can read. @param {DataTransfer | null} dropped */
function foldersIn(dropped) {
  const entries = [...(dropped?.items ?? [])].map((item) => item.webkitGetAsEntry?.());
  return entries.flatMap((entry) => (entry?.isDirectory ? [entry.name] : []));
}

/**
 * The files that may be taken, and why the others may not.
 * @param {File[]} files
 * @param {Parameters<typeof refusalOf>[1]} limits
 */
function sorted(files, limits) {
  if (!limits.multiple) {
    const reason = refusalOf(files, limits);
    return { taken: reason === "" ? files : [], reason };
  }
  const reasons = files.map((file) => refusalOf([file], limits));
  return { taken: files.filter((_, n) => reasons[n] === ""), reason: reasons.filter(Boolean).slice(0, MOST_NAMED).join(" ") };
}

/**
 * Why files may not be taken, in words; empty if they may. Looks at their names and sizes alone.
 * @param {File[]} files
 * @param {{ accept: string, maxBytes: number, multiple: boolean }} limits
 */
export function refusalOf(files, { accept, maxBytes, multiple }) {
  if (files.length === 0) return "";
  if (!multiple && files.length > 1) return t("kit.one_file");
  const large = files.find((file) => file.size > maxBytes);
  if (large) return t("kit.file_too_large", { name: large.name, size: formatBytes(large.size), limit: formatBytes(maxBytes) });
  const empty = files.find((file) => file.size === 0);
  if (empty) return t("kit.file_empty", { name: empty.name });
  const other = files.find((file) => !isAccepted(file, accept));
  return other ? t("kit.file_kind", { name: other.name, kinds: accept.replaceAll(",", ", ") }) : "";
}

/**
 * @param {File} file
 * @param {string} accept
 */
function isAccepted(file, accept) {
  const kinds = accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
  const [name, type] = [file.name.toLowerCase(), file.type.toLowerCase()];
  return kinds.length === 0 || kinds.some((kind) => (kind.startsWith(".") ? name.endsWith(kind) : kind.endsWith("/*") ? type.startsWith(kind.slice(0, -1)) : type === kind));
}
