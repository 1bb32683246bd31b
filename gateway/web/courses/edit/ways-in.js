// How students come into a course: by links, and by e-mails to a list of addresses.

import { html } from "../../app/html.js";
import { failureText, formatDate, t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { useSubmit } from "../../kit/form.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { Empty, Loaded } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { REMOVE_INVITATION, WAYS_IN } from "../documents.js";
import { Invite } from "./invite.js";
import { Links } from "./links.js";

/** @typedef {NonNullable<import("../documents.js").WaysInQuery["course"]>["invitations"]["nodes"][number]} Invitation */

const NONE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 };

/** @param {import("./page.js").TabProperties} properties */
export function WaysIn({ course, mayChange }) {
  const { id: courseId } = course;
  const invitations = usePages(WAYS_IN, { courseId }, (found) => found.course?.invitations ?? NONE);
  if (!mayChange) return html`<div class="card"><${Empty} title=${t("courses.takes_nobody")} /></div>`;
  return html`
    <section class="card stack" aria-labelledby="links">
      <h2 id="links">${t("courses.links")}</h2>
      <p class="muted">${t("courses.links_text")}</p>
      <${Loaded} query=${invitations}>
        ${(/** @type {import("../documents.js").WaysInQuery} */ found) => html`<${Links} courseId=${courseId} links=${found.course?.enrollmentLinks ?? []} isPublished=${course.status === "PUBLISHED"} reload=${invitations.reload} />`}
      <//>
    </section>
    <section class="card stack" aria-labelledby="invitations">
      <h2 id="invitations">${t("courses.invitations")}</h2>
      ${course.status === "PUBLISHED" ? html`<${Invite} courseId=${courseId} reload=${invitations.reload} />` : html`<p class="hint">${t("courses.invite_later")} <a href=${`/courses/${courseId}/edit/publish`}>${t("courses.tab_publish")}</a></p>`}
      ${invitations.nodes.length > 0 &&
      html`
        <h3>${t("courses.open_invitations")}</h3>
        <ul class="lines">${invitations.nodes.map((each) => html`<${InvitationLine} key=${each.id} invitation=${each} reload=${invitations.reload} />`)}</ul>
        <${LoadMore} pages=${invitations} />
      `}
    </section>
  `;
}

/** @param {{ invitation: Invitation, reload: () => Promise<void> }} properties */
function InvitationLine({ invitation, reload }) {
  const { submit, busy, failure } = useSubmit(async () => {
    await request(REMOVE_INVITATION, { invitationId: invitation.id });
    toast(t("courses.invitation_removed"));
    await reload();
  });
  return html`
    <li>
      <div class="grow">
        <span dir="ltr">${invitation.email}</span>
        <p class="muted">${t("courses.until", { date: formatDate(invitation.expiresAt, { dateStyle: "medium" }) })}</p>
        ${failure && html`<p class="error" role="alert">${failureText(failure)}</p>`}
      </div>
      <button type="button" class="small danger" aria-disabled=${busy ? "true" : undefined} aria-label=${t("courses.take_back_from", { email: invitation.email })} onClick=${submit}>${t("courses.take_back")}</button>
    </li>
  `;
}
