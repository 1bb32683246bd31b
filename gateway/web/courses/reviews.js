// What students say about a course, and one's own word.

import { useState } from "preact/hooks";
import { useDraft } from "../app/draft.js";
import { html } from "../app/html.js";
import { formatDate, t } from "../app/locale.js";
import { request, session } from "../app/session.js";
import { useStore } from "../app/store.js";
import { Avatar } from "../kit/avatar.js";
import { ask } from "../kit/dialog.js";
import { FormError, SubmitButton, TextField, useSubmit } from "../kit/form.js";
import { LoadMore, usePages } from "../kit/pager.js";
import { StarField, Stars } from "../kit/stars.js";
import { Loaded } from "../kit/states.js";
import { toast } from "../kit/toast.js";
import { Written, isMarkup, keptForm, sourceOf } from "../text/written.js";
import { DELETE_REVIEW, REVIEWS, REVIEW_COURSE } from "./documents.js";

/** @typedef {NonNullable<import("./documents.js").ReviewsQuery["course"]>["reviews"]["nodes"][number]} Review */

const NONE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 };

/** @typedef {import("./course-page.js").Course["myReview"]} Own */

/** @param {{ courseId: string, own: Own, isStudent: boolean, reload: () => Promise<void> }} properties */
export function Reviews({ courseId, own, isStudent, reload }) {
  const user = useStore(session, ({ user: person }) => person);
  const reviews = usePages(REVIEWS, { courseId }, ({ course }) => course?.reviews ?? NONE);
  const [writing, setWriting] = useState(false);
  const changed = async () => {
    setWriting(false);
    await Promise.all([reviews.reload(), reload()]);
  };
  return html`
    <section class="card stack" aria-labelledby="reviews">
      <h2 id="reviews">${t("courses.reviews")}</h2>
      <${Loaded} query=${reviews}>
        ${() => html`
          ${isStudent && (writing || !own ? html`<${ReviewForm} key=${own?.updatedAt} courseId=${courseId} own=${own} onDone=${changed} onCancel=${own && (() => setWriting(false))} />` : null)}
          ${reviews.nodes.length === 0 && html`<p class="muted">${t("courses.no_reviews")}</p>`}
          <ul class="lines">
            ${reviews.nodes.map((review) => html`<${ReviewItem} key=${review.id} review=${review} isOwn=${review.id === own?.id} mayDelete=${review.id === own?.id || user?.role === "ADMIN"} onEdit=${isStudent && (() => setWriting(true))} onDeleted=${changed} />`)}
          </ul>
          <${LoadMore} pages=${reviews} />
        `}
      <//>
    </section>
  `;
}

/** @param {{ review: Review, isOwn: boolean, mayDelete: boolean, onEdit: false | (() => void), onDeleted: () => Promise<void> }} properties */
function ReviewItem({ review, isOwn, mayDelete, onEdit, onDeleted }) {
  const { fullName, avatarUrl } = review.student.profile;
  const remove = async () => {
    const deed = () => request(DELETE_REVIEW, { id: review.id });
    if (!(await ask({ title: t("courses.delete_review"), text: t("courses.delete_review_text"), action: t("courses.delete"), danger: true, deed }))) return;
    toast(t("courses.review_deleted"));
    await onDeleted();
  };
  return html`
    <li class="review">
      <${Avatar} name=${fullName} url=${avatarUrl} />
      <div class="grow">
        <p><b dir="auto">${isOwn ? t("courses.your_review") : fullName}</b> <span class="muted">${formatDate(review.updatedAt, { dateStyle: "medium" })}</span></p>
        <${Stars} value=${review.rating} />
        ${review.comment && (isMarkup(review.comment) ? html`<${Written} text=${review.comment} />` : html`<p class="plain-text" dir="auto">${sourceOf(review.comment)}</p>`)}
      </div>
      ${isOwn && onEdit && html`<button type="button" class="small" onClick=${onEdit}>${t("courses.change_review")}</button>`}
      ${mayDelete && html`<button type="button" class="small danger" aria-label=${t("courses.delete_review_of", { name: fullName })} onClick=${remove}>${t("courses.delete")}</button>`}
    </li>
  `;
}

/** @param {{ courseId: string, own: Own, onDone: () => Promise<void>, onCancel: (() => void) | null }} properties */
function ReviewForm({ courseId, own, onDone, onCancel }) {
  const [draft, setDraft, { discard }] = useDraft(`review.${courseId}`, { rating: own?.rating ?? /** @type {number | null} */ (null), comment: sourceOf(own?.comment ?? "") });
  const [missing, setMissing] = useState(false);
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    setMissing(draft.rating === null);
    if (draft.rating === null) return;
    await request(REVIEW_COURSE, { courseId, input: { rating: draft.rating, comment: keptForm(draft.comment.trim()) || null } }, { repeatable: true });
    discard();
    toast(t("courses.review_saved"));
    await onDone();
  });
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      <${StarField} label=${t("courses.your_rating")} value=${draft.rating} onChange=${(/** @type {number} */ rating) => setDraft((before) => ({ ...before, rating }))} error=${missing && draft.rating === null ? t("rules.required") : errorOf("rating")} />
      <${TextField} multiline label=${t("courses.your_comment")} value=${draft.comment} onChange=${(/** @type {string} */ comment) => setDraft((before) => ({ ...before, comment }))} error=${errorOf("comment")} />
      <${FormError} failure=${failure} shownFields=${["rating", "comment"]} />
      <div class="row">
        <${SubmitButton} busy=${busy} class="primary">${t(own ? "courses.save" : "courses.send_review")}<//>
        ${onCancel && html`<button type="button" onClick=${onCancel}>${t("kit.cancel")}</button>`}
      </div>
    </form>
  `;
}
