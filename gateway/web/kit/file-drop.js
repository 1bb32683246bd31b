// Files, dropped or chosen. What is too large or of another kind is refused before it is read.
//
//   <${FileDrop} label="import" accept=".gift,.txt" maxBytes=${512 * 1024} onFiles=${([file]) => read(file)} progress=${progress} />

import { useId, useState } from "preact/hooks";
import { html } from "../app/html.js";
import { formatBytes, t } from "../app/locale.js";
import { Icon } from "./icon.js";
import { Progress } from "./progress.js";

/**
 * @param {object} properties
 * @param {string} properties.label
 * @param {(files: File[]) => void} properties.onFiles Only files that may be taken.
 * @param {number} properties.maxBytes Of each file.
 * @param {string} [properties.accept] As of an `input`: endings and media types, `image/*,.pdf`.
 * @param {boolean} [properties.multiple]
 * @param {string} [properties.hint]
 * @param {string} [properties.error] Why the last file was not taken, in the page's words.
 * @param {number | null} [properties.progress] How far the upload is, between 0 and 1; null while nobody knows.
 */
export function FileDrop({ label, onFiles, maxBytes, accept = "", multiple = false, hint, error = "", progress }) {
  const id = useId();
  const [refused, setRefused] = useState("");
  const [over, setOver] = useState(false);
  const busy = progress !== undefined;
  const take = (/** @type {Iterable<File>} */ list) => {
    setOver(false);
    const files = [...list];
    if (busy || files.length === 0) return;
    const reason = refusalOf(files, { accept, maxBytes, multiple });
    setRefused(reason);
    if (reason === "") onFiles(files);
  };
  const chosen = (/** @type {any} */ event) => {
    take(event.target.files);
    event.target.value = ""; // the same file may be chosen again, once it is mended
  };
  const wrong = refused || error;
  const limits = t("kit.file_limit", { size: formatBytes(maxBytes) });
  return html`
    <div class="field">
      <div
        class=${`drop ${over ? "over" : ""}`}
        onDragOver=${(/** @type {DragEvent} */ event) => { event.preventDefault(); setOver(!busy); }}
        onDragLeave=${() => setOver(false)}
        onDrop=${(/** @type {DragEvent} */ event) => { event.preventDefault(); take(event.dataTransfer?.files ?? []); }}
      >
        <span class="drop-sign" aria-hidden="true"><${Icon} name="upload" /></span>
        <span id=${`${id}-name`} class="drop-name">${label}</span>
        <p class="muted">${t(multiple ? "kit.drop_files" : "kit.drop_file")}</p>
        <label class="button small" id=${`${id}-choose`} aria-disabled=${busy ? "true" : undefined}>
          ${t(multiple ? "kit.choose_files" : "kit.choose_file")}
          <input class="sr-only" type="file" aria-labelledby=${`${id}-name ${id}-choose`} accept=${accept || undefined} multiple=${multiple} disabled=${busy} aria-invalid=${wrong ? "true" : undefined} aria-describedby=${`${id}-hint ${id}-error`} onChange=${chosen} />
        </label>
        <p class="hint-line" id=${`${id}-hint`}>${hint} ${limits}</p>
      </div>
      ${busy && html`<${Progress} label=${t("kit.uploading")} value=${progress} />`}
      <p class="error" role="alert" id=${`${id}-error`}>${busy ? "" : wrong}</p>
    </div>
  `;
}

/**
 * Why files may not be taken, in words; empty if they may. Looks at their names and sizes alone.
 * @param {File[]} files
 * @param {{ accept: string, maxBytes: number, multiple: boolean }} limits
 */
export function refusalOf(files, { accept, maxBytes, multiple }) {
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
