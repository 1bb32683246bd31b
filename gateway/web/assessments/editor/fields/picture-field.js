// The picture of a question.

import { html } from "../../../app/html.js";
import { Later } from "../../../app/later.js";
import { t } from "../../../app/locale.js";
import { request } from "../../../app/session.js";
import { UPLOAD_QUIZ_PICTURE } from "../../documents.js";

const FIELD = () => import("../../../kit/picture-field.js").then(({ PictureField }) => PictureField);

/**
 * @param {object} properties
 * @param {string} properties.quizId
 * @param {import("../form.js").Form} properties.form
 * @param {(tag: string, part: Partial<import("../form.js").Form>) => void} properties.change
 */
export function QuestionPicture({ quizId, form, change }) {
  const upload = async (/** @type {string} */ image) => (await request(UPLOAD_QUIZ_PICTURE, { quizId, image })).uploadQuizPicture.url;
  const put = (/** @type {{ url?: string, alt?: string }} */ { url, alt }) => {
    if (alt === undefined) change("picture", { mediaUrl: url });
    else if (url === undefined) change("alt", { mediaAlt: alt });
    else change("", { mediaUrl: url, mediaAlt: alt });
  };
  return html`
    <details open=${form.mediaUrl.trim() !== ""}>
      <summary>${t("kit.picture")}</summary>
      <div class="inset"><${Later} load=${FIELD} whenSeen label=${t("quiz.upload_picture")} altHint=${t("quiz.picture_alt_hint")} url=${form.mediaUrl} alt=${form.mediaAlt} upload=${upload} change=${put} /></div>
    </details>
  `;
}
