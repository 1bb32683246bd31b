// A film among the others: how it is, which lessons show it, and what its teachers may do with it.

import { useState } from "preact/hooks";
import { Failure } from "../../app/graphql.js";
import { html } from "../../app/html.js";
import { Later, withWords } from "../../app/later.js";
import { failureText, formatBytes, t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { Chip } from "../../kit/chip.js";
import { Dialog, ask } from "../../kit/dialog.js";
import { useSubmit } from "../../kit/form.js";
import { Icon } from "../../kit/icon.js";
import { Menu } from "../../kit/menu.js";
import { Progress } from "../../kit/progress.js";
import { toast } from "../../kit/toast.js";
import { clockTime } from "../player/clock.js";
import { CaptionsDialog } from "./captions-dialog.js";
import { DELETE_FILM, RETRY_FILM } from "./documents.js";
import { faultText } from "./faults.js";
import { RenameDialog, ReplaceDialog } from "./film-dialogs.js";

const PREVIEW = () => withWords(["player"], () => import("../player/film.js")).then(({ FilmPreview }) => FilmPreview);

/** @typedef {import("./library.js").Film} Film */
/** @typedef {{ courseId: string, film: Film, mayChange: boolean, reload: () => Promise<void> }} FilmProperties */

/** @param {FilmProperties} properties */
export function FilmItem({ courseId, film, mayChange, reload }) {
  const { id, title, status, width, lessons } = film;
  const [open, setOpen] = useState(/** @type {"watch" | "rename" | "replace" | "captions" | null} */ (null));
  const close = () => setOpen(null);
  const remove = async () => {
    if (lessons.length > 0) return void (await ask({ title: t("films.in_use", { title }), text: html`<p>${t("films.in_use_text")}</p><${Lessons} courseId=${courseId} lessons=${lessons} />`, action: t("kit.close") }));
    const deed = () => request(DELETE_FILM, { id });
    if (!(await ask({ title: t("films.delete_title", { title }), text: t("films.delete_text"), action: t("films.delete"), danger: true, deed }))) return;
    toast(t("films.deleted", { title }));
    await reload();
  };
  const items = [
    { label: t("films.rename"), onSelect: () => setOpen("rename") },
    { label: t("films.replace"), onSelect: () => setOpen("replace") },
    { label: t("films.captions"), onSelect: () => setOpen("captions") },
    { label: t("films.delete"), onSelect: remove, danger: true },
  ];
  return html`
    <span class="resource-icon" aria-hidden="true"><${Icon} name=${status === "READY" && width === null ? "sound" : "play"} /></span>
    <div class="grow">
      <b dir="auto">${title}</b>
      <p class="muted">${factsOf(film)}</p>
      <${Lessons} courseId=${courseId} lessons=${lessons} />
      <${State} film=${film} mayChange=${mayChange} reload=${reload} onReplace=${() => setOpen("replace")} />
    </div>
    ${status === "READY" && html`<button type="button" class="small" aria-label=${t("films.watch_of", { title })} onClick=${() => setOpen("watch")}><${Icon} name="play" /> ${t("films.watch")}</button>`}
    ${mayChange && html`<${Menu} label=${t("films.more_for", { title })} button=${html`<${Icon} name="more" />`} classes="quiet icon" items=${items} />`}
    ${open === "watch" && html`<${Dialog} title=${title} size="large" onClose=${close}><${Later} load=${PREVIEW} videoId=${id} onClose=${close} /><//>`}
    ${open === "rename" && html`<${RenameDialog} film=${film} reload=${reload} onClose=${close} />`}
    ${open === "replace" && html`<${ReplaceDialog} courseId=${courseId} film=${film} onClose=${close} />`}
    ${open === "captions" && html`<${CaptionsDialog} film=${film} reload=${reload} onClose=${close} />`}
  `;
}

/** Its length, the size and the name of its file, the languages of its captions. @param {Film} film */
function factsOf({ durationSeconds, size, fileName, captions }) {
  const length = durationSeconds === null ? "" : `${clockTime(durationSeconds)} · `;
  const languages = captions.length === 0 ? "" : ` · ${t("films.captions_in", { languages: captions.map(({ label }) => label).join(", ") })}`;
  return html`${length}${formatBytes(size)} · <bdi>${fileName}</bdi>${languages}`;
}

/** @param {{ courseId: string, lessons: Film["lessons"] }} properties */
function Lessons({ courseId, lessons }) {
  if (lessons.length === 0) return html`<p><${Chip} kind="warn">${t("films.unused")}<//></p>`;
  return html`<p>${t("films.shown_in")} ${lessons.map(({ id, title }, n) => html`${n > 0 && ", "}<a key=${id} href=${`/courses/${courseId}/edit/curriculum?lesson=${id}`} dir="auto">${title}</a>`)}</p>`;
}

/** How far its newest file is. @param {Omit<FilmProperties, "courseId"> & { onReplace: () => void }} properties */
function State({ film, mayChange, reload, onReplace }) {
  const { id, title, status, progress, fault } = film;
  const again = useSubmit(async () => {
    try {
      await request(RETRY_FILM, { id }, { repeatable: true });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      toast(failureText(error), { kind: "bad" });
    }
    await reload();
  });
  if (fault !== null)
    return html`
      <p class="error">${t(status === "READY" ? "films.newer_failed" : "films.failed")} ${faultText(fault)}</p>
      ${mayChange &&
      html`
        <p class="row">
          <button type="button" class="small" aria-label=${t("films.retry_of", { title })} aria-disabled=${again.busy ? "true" : undefined} onClick=${again.submit}>${t("kit.retry")}</button>
          <button type="button" class="small" aria-label=${t("films.other_file_of", { title })} onClick=${onReplace}>${t("films.other_file")}</button>
        </p>
      `}
    `;
  if (status !== "PROCESSING" && progress === null) return null;
  return html`
    <${Progress} label=${t(status === "READY" ? "films.newer_processing" : "films.processing")} value=${(progress ?? 0) / 100} />
  `;
}
