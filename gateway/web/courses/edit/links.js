// Links by which students enrol.

import { useState } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { formatDate, t } from "../../app/locale.js";
import { isLoopback } from "../../app/loopback.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { Chip } from "../../kit/chip.js";
import { CopyButton } from "../../kit/copy-button.js";
import { DateTimeField } from "../../kit/date-time.js";
import { Dialog, ask } from "../../kit/dialog.js";
import { FormError, NumberField, SubmitButton, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { CREATE_LINK, REVOKE_LINK } from "../documents.js";

/** @typedef {NonNullable<import("../documents.js").WaysInQuery["course"]>["enrollmentLinks"][number]} Link */

/** @param {{ courseId: string, links: readonly Link[], isPublished: boolean, reload: () => Promise<void> }} properties */
export function Links({ courseId, links, isPublished, reload }) {
  const [making, setMaking] = useState(false);
  const made = async () => {
    await reload();
    setMaking(false);
  };
  return html`
    ${!isPublished && links.some(({ open }) => open) && html`<p class="hint">${t("courses.links_wait")}</p>`}
    ${links.some(({ open, url }) => open && isLoopback(url)) && html`<p class="hint">${t("frame.only_here")}</p>`}
    ${links.length > 0 && html`<ul class="lines">${links.map((link) => html`<${LinkLine} key=${link.id} link=${link} reload=${reload} />`)}</ul>`}
    <div><button type="button" onClick=${() => setMaking(true)}>${t("courses.new_link")}</button></div>
    ${making && html`<${LinkDialog} courseId=${courseId} onDone=${made} onClose=${() => setMaking(false)} />`}
  `;
}

/** @param {{ link: Link, reload: () => Promise<void> }} properties */
function LinkLine({ link, reload }) {
  const used = link.maxUses === null ? t("courses.link_used", { count: link.uses }) : t("courses.link_used_of", { count: link.uses, limit: link.maxUses });
  const revoke = async () => {
    const deed = () => request(REVOKE_LINK, { linkId: link.id }, { repeatable: true });
    if (!(await ask({ title: t("courses.revoke_title"), text: t("courses.revoke_text"), action: t("courses.revoke"), danger: true, deed }))) return;
    toast(t("courses.revoked"));
    await reload();
  };
  return html`
    <li>
      <div class="grow link-line">
        <code dir="ltr">${link.url}</code>
        <p class="muted">${used} · ${t("courses.until", { date: formatDate(link.expiresAt) })}</p>
      </div>
      ${link.open
        ? html`<${CopyButton} text=${link.url} label=${t("courses.copy_link")} /> <button type="button" class="small danger" onClick=${revoke}>${t("courses.revoke")}</button>`
        : html`<${Chip}>${t(link.revokedAt ? "courses.is_revoked" : "courses.is_over")}<//>`}
    </li>
  `;
}

/** @typedef {{ key: string, expiresAt: string | null, maxUses: number | null }} NewLink */

/** @param {{ courseId: string, onDone: () => Promise<void>, onClose: () => void }} properties */
function LinkDialog({ courseId, onDone, onClose }) {
  const [draft, setDraft, { discard }] = useDraft(`link.${courseId}`, /** @type {NewLink} */ ({ key: randomId(), expiresAt: null, maxUses: null }));
  const { key, expiresAt, maxUses } = draft;
  const change = (/** @type {Partial<NewLink>} */ part) => setDraft((before) => ({ ...before, ...part, key: randomId() }));
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    setDraft(draft); // the key too is kept, so that a repetition after a reload makes no second link
    await request(CREATE_LINK, { courseId, maxUses, idempotencyKey: key, ...(expiresAt && { expiresAt }) }, { repeatable: true });
    discard();
    toast(t("courses.link_made"));
    await onDone();
  });
  return html`
    <${Dialog} title=${t("courses.new_link")} size="small" onClose=${onClose}>
      <form class="stack" novalidate onSubmit=${submit}>
        <${DateTimeField} label=${t("courses.link_until")} hint=${t("courses.link_until_hint")} value=${expiresAt} onChange=${(/** @type {string | null} */ moment) => change({ expiresAt: moment })} error=${errorOf("expiresAt")} />
        <${NumberField} label=${t("courses.link_uses")} hint=${t("courses.link_uses_hint")} value=${maxUses} onChange=${(/** @type {number | null} */ count) => change({ maxUses: count })} error=${errorOf("maxUses")} min=${1} />
        <${FormError} failure=${failure} shownFields=${["expiresAt", "maxUses"]} />
        <${SubmitButton} busy=${busy}>${t("courses.make_link")}<//>
      </form>
    <//>
  `;
}
